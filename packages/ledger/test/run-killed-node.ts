import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { MoneyStep } from '../src/settlement/money-step.ts';

const PROGRAM = fileURLToPath(new URL('killed-node.ts', import.meta.url));

/** Where a node that is to be killed does its work. */
export interface KilledNode {
  readonly url: string;
  readonly directory: string;
  readonly boot: string;
  readonly tenantId: string;
}

/**
 * Starts the node; it kills itself at the step, when that comes for the nth time, from 0.
 * `onRecord` hears of each record that its journal acknowledged.
 */
export function startKilledNode(
  { url, directory, boot, tenantId }: KilledNode,
  onRecord: (charge: string) => void,
  step?: MoneyStep,
  nth = 0,
): ChildProcess {
  const kill = step === undefined ? [] : [step, String(nth)];
  const child = fork(PROGRAM, [url, directory, boot, tenantId, ...kill], {
    execArgv: ['--conditions=tandem-source', '--import', import.meta.resolve('tsx')],
  });
  child.on('message', (charge) => onRecord(charge as string));
  return child;
}

/** Waits until it is dead; the signal that ended it. */
export async function deathOf(child: ChildProcess): Promise<NodeJS.Signals | null> {
  return await new Promise((resolve) => void child.once('exit', (_, signal) => resolve(signal)));
}
