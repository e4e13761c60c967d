import type { NodeSettings } from '../node/settings.ts';

/** What differs between two configurations of a node. */
export interface ReloadPlan {
  /** Plugins to be set up anew, in the order of their sections. */
  readonly changed: readonly string[];
  /** Settings that count at the next start only: `[sip] t1Ms`. */
  readonly forRestart: readonly string[];
}

/** Handlers of the first are placed by the second's settings. */
const READ_BY: Readonly<Record<string, string>> = { priorities: 'general' };

/** Compares what runs with what was read. */
export function planReload(running: NodeSettings, read: NodeSettings): ReloadPlan {
  const changed = new Set<string>();
  const forRestart: string[] = [];
  for (const { name, isPlugin, keysForRestart } of read.sections) {
    const keys = differingKeys(running.conf.section(name), read.conf.section(name));
    const fixed =
      keysForRestart === 'all' ? keys : keys.filter((key) => keysForRestart.includes(key));
    forRestart.push(...fixed.map((key) => `[${name}] ${key}`));
    if (!isPlugin || keys.length === fixed.length) continue;
    changed.add(name);
    const reader = READ_BY[name];
    if (reader !== undefined) changed.add(reader);
  }
  return { changed: [...changed], forRestart };
}

function differingKeys(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
}
