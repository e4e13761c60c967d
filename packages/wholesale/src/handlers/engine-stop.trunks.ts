import type { Scope } from '@tandem/engine';
import type { Registrations } from '../trunks/registrations.ts';

/** A node that ends waits no longer for carriers, ms. */
const DEADLINE_MS = 1_500;

/** engine.stop: takes registrations back while there is still a driver that can. */
export function handleStop(scope: Scope, registrations: Registrations): void {
  const options = { as: 'wholesale.trunks', deadlineMs: DEADLINE_MS + 500 };
  scope.handle('engine.stop', options, async () => {
    const ended = registrations.end();
    await new Promise<void>((resolve) => {
      const stop = scope.wheel.after(DEADLINE_MS, resolve);
      void ended.then(() => {
        stop();
        resolve();
      });
    });
  });
}
