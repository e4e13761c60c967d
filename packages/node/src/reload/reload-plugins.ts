import type { Engine } from '@tandem/engine';
import type { NodeSettings } from '../node/settings.ts';

/** From which settings to which, and how they are made those of the node. */
export interface SettingsChange {
  readonly from: NodeSettings;
  readonly to: NodeSettings;
  readonly use: (settings: NodeSettings) => void;
}

/**
 * Sets plugins up anew, all or none: if one fails, those before it are set up as they were.
 * @throws what the set-up of a plugin throws
 */
export async function reloadPlugins(
  engine: Engine,
  names: readonly string[],
  { from, to, use }: SettingsChange,
): Promise<void> {
  const done: string[] = [];
  use(to);
  try {
    for (const name of names) {
      await engine.reload(name, to.conf.section(name));
      done.push(name);
    }
  } catch (fault) {
    use(from);
    for (const name of done.toReversed()) await goBack(engine, name, from);
    throw fault;
  }
}

async function goBack(engine: Engine, name: string, former: NodeSettings): Promise<void> {
  try {
    await engine.reload(name, former.conf.section(name));
  } catch (fault) {
    const fields = { plugin: name, fault: String(fault) };
    engine.log.error('a plugin could not be set up as it was', fields);
  }
}
