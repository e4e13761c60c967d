import { existsSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from '@tandem/engine';
import type { Conf } from '../conf/conf.ts';
import type { ConfProblem } from '../conf/conf-problem.ts';
import { pluginsConfig } from './plugins-config.ts';

/** The plugins that `[plugins] load` names, and what is wrong with them. */
export interface LoadedPlugins {
  readonly plugins: readonly Plugin[];
  readonly problems: readonly ConfProblem[];
}

/**
 * Imports third parties' plugins: every export of a module that is one. Never throws.
 * @param file the configuration file: relative paths are tried from its directory first
 * @param reserved names that plugins may not bear
 */
export async function loadPlugins(
  conf: Conf,
  file: string,
  reserved: readonly string[],
): Promise<LoadedPlugins> {
  const read = pluginsConfig.safeParse(conf.section('plugins'));
  const plugins: Plugin[] = [];
  const problems: ConfProblem[] = [];
  const place = { place: conf.placeOf('plugins', 'load'), section: 'plugins', key: 'load' };
  for (const name of read.data?.load ?? []) {
    const found = await importPlugins(name, file);
    if (typeof found === 'string') {
      problems.push({ ...place, message: `${name}: ${found}` });
      continue;
    }
    for (const plugin of found) {
      const isTaken =
        reserved.includes(plugin.name) || plugins.some((other) => other.name === plugin.name);
      if (isTaken) {
        const message = `${name}: the name "${plugin.name}" is taken`;
        problems.push({ ...place, message, hint: 'give the plugin another name' });
      } else plugins.push(plugin);
    }
  }
  return { plugins, problems };
}

async function importPlugins(name: string, file: string): Promise<readonly Plugin[] | string> {
  const specifier = specifierOf(name, file);
  if (specifier === undefined) return 'there is no such file';
  try {
    const module: unknown = await import(specifier);
    const plugins = [...new Set(Object.values(module as object))].filter(isPlugin);
    return plugins.length > 0
      ? plugins
      : 'exports no plugin; write `export const plugin = definePlugin({ … })`';
  } catch (fault) {
    return `cannot be loaded: ${fault instanceof Error ? fault.message : String(fault)}`;
  }
}

/** A file as a URL; a bare name is a package. */
function specifierOf(name: string, file: string): string | undefined {
  const isFile = name.startsWith('.') || isAbsolute(name);
  if (!isFile) return name;
  const path = [resolve(dirname(file), name), resolve(name)].find((path) => existsSync(path));
  return path === undefined ? undefined : pathToFileURL(path).href;
}

/** By its shape: a plugin may come with a copy of the engine of its own. */
function isPlugin(value: unknown): value is Plugin {
  if (typeof value !== 'object' || value === null) return false;
  const { name, config, setup } = value as Readonly<Record<string, unknown>>;
  const isSchema = typeof config === 'object' && config !== null && 'shape' in config;
  return typeof name === 'string' && name !== '' && isSchema && typeof setup === 'function';
}
