import { withDeadline } from './deadline.ts';
import type { Log } from './log.ts';
import type { TimerWheel } from './timer-wheel.ts';

/** How long one resource may take to be given back before the next one's turn. */
const GIVE_BACK_MAX_MS = 5_000;

/** Gives resources back one after the other. Never rejects: what fails or hangs is logged. */
export async function giveBack(
  disposers: readonly (() => void | Promise<void>)[],
  wheel: TimerWheel,
  log: Log,
): Promise<void> {
  const late = (): Error => new Error(`it took longer than ${GIVE_BACK_MAX_MS} ms`);
  for (const dispose of disposers) {
    try {
      const result: unknown = dispose();
      if (result instanceof Promise) await withDeadline(wheel, GIVE_BACK_MAX_MS, result, late);
    } catch (fault) {
      log.error('a plugin could not give back a resource', { fault: String(fault) });
    }
  }
}
