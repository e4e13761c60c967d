import type { Plugin } from '@tandem/engine';
import { checkConf } from '../conf/check-conf.ts';
import type { Conf } from '../conf/conf.ts';
import { CONF_FILE_DEFAULT, type ConfSource, readConf } from '../conf/conf-file.ts';
import type { ConfProblem } from '../conf/conf-problem.ts';
import { sectionOfPlugin, type SectionDeclaration } from '../conf/section-declaration.ts';
import { loadPlugins } from '../plugins/load-plugins.ts';
import { boxSections } from './box-sections.ts';
import { checkNodeName, nodeNameOf } from './node-name.ts';

/** All that a node is started with: checked whole. */
export interface NodeSettings {
  /** The name of the node. */
  readonly node: string;
  readonly conf: Conf;
  /** Third parties' plugins. */
  readonly plugins: readonly Plugin[];
  /** Every section that the conf may hold. */
  readonly sections: readonly SectionDeclaration[];
}

/** Settings, or everything that is wrong with them at once. */
export type SettingsReading =
  | { readonly settings: NodeSettings; readonly problems: readonly [] }
  | { readonly settings: undefined; readonly problems: readonly ConfProblem[] };

/** Names that a third party's plugin may not bear. */
const RESERVED = ['node', ...boxSections.map(({ name }) => name)];

/** Reads the configuration and loads the plugins it names. Never throws. */
export async function readSettings(source: ConfSource): Promise<SettingsReading> {
  const { conf, problems: unreadable } = readConf(source);
  const loaded = await loadPlugins(conf, source.file ?? CONF_FILE_DEFAULT, RESERVED);
  const { plugins } = loaded;
  const sections = [...boxSections, ...plugins.map(sectionOfPlugin)];
  const problems = [
    ...unreadable,
    ...checkNodeName(conf),
    ...loaded.problems,
    ...checkConf(conf, sections),
  ];
  if (problems.length > 0) return { settings: undefined, problems };
  return { settings: { node: nodeNameOf(conf), conf, plugins, sections }, problems: [] };
}
