import type { TimerWheel } from '@tandem/engine';
import type { Journal } from '../journal/journal.ts';

/**
 * How long a beat waits for the disk, ms: one that hangs must not cost the lease, nor make admissions
 * ask whether it still holds (money rule R6, 3 s between beats).
 */
const WRITTEN_MS = 1_500;

/** Resolves once what has ended by now is on the disk, or after a second and a half. Never rejects. */
export async function endsWritten(journal: Journal, wheel: TimerWheel): Promise<void> {
  let stop = (): void => undefined;
  const patience = new Promise<void>((resolve) => (stop = wheel.after(WRITTEN_MS, resolve)));
  await Promise.race([journal.endsWritten(), patience]);
  stop();
}
