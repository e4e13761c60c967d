import type { Engine } from '@tandem/engine';
import type { ConfSource } from '../conf/conf-file.ts';
import { describeProblem } from '../conf/conf-problem.ts';
import type { ReloadReport } from '../messages/node-reload.ts';
import { type NodeSettings, readSettings } from '../node/settings.ts';
import { planReload } from './reload-plan.ts';
import { reloadPlugins } from './reload-plugins.ts';

/** What a reload works on. */
export interface ReloadGround {
  readonly engine: Engine;
  readonly source: ConfSource;
  /** The settings that run now. */
  readonly running: NodeSettings;
  readonly use: (settings: NodeSettings) => void;
}

/**
 * Reads the configuration again: everything is checked first, then what changed is swapped, all
 * of it or nothing. A trial only says what would happen. Never throws.
 */
export async function reloadNode(ground: ReloadGround, isTrial: boolean): Promise<ReloadReport> {
  const { settings, problems } = await readSettings(ground.source);
  if (settings === undefined) return failed(problems.map(describeProblem));
  return await switchSettings(ground, settings, isTrial);
}

/** Goes from the running settings to others, all of it or nothing. Never throws. */
export async function switchSettings(
  { engine, running, use }: Omit<ReloadGround, 'source'>,
  settings: NodeSettings,
  isTrial: boolean,
): Promise<ReloadReport> {
  const plan = planReload(running, settings);
  const changed = plan.changed.filter((name) => engine.plugins.includes(name));
  const report = { problems: [], changed, forRestart: plan.forRestart };
  if (isTrial) return report;
  try {
    await reloadPlugins(engine, changed, { from: running, to: settings, use });
    // Certificates and the like: files that the sections only name.
    const faults = await engine.bus.tell('engine.reload', { node: engine.bus.node });
    if (faults.length > 0) return { ...report, problems: faults.map(textOf) };
    engine.log.info('the configuration was read again', { changed, forRestart: plan.forRestart });
    return report;
  } catch (fault) {
    const text = textOf(fault);
    engine.log.error('the configuration could not be changed', { fault: text });
    return failed([text]);
  }
}

function textOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}

function failed(problems: readonly string[]): ReloadReport {
  return { problems, changed: [], forRestart: [] };
}
