import type { TimerWheel } from '@tandem/engine';
import type { Journal } from '../journal/journal.ts';

/** How long a beat waits for the disk: one that hangs must not cost the lease, ms. */
const WRITTEN_MS = 500;

/** Resolves once what has ended by now is on the disk, or after half a second. Never rejects. */
export async function endsWritten(journal: Journal, wheel: TimerWheel): Promise<void> {
  let stop = (): void => undefined;
  const patience = new Promise<void>((resolve) => (stop = wheel.after(WRITTEN_MS, resolve)));
  await Promise.race([journal.written(), patience]);
  stop();
}
