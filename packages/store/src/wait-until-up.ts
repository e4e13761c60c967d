import { type Clock, TandemError } from '@tandem/engine';
import type { Store } from './store.ts';

/** Returns when the store is up; after `waitMs` throws the fault that keeps it down. */
export async function waitUntilUp(
  store: Pick<Store, 'isUp' | 'fault' | 'onChange'>,
  clock: Clock,
  waitMs: number,
): Promise<void> {
  if (store.isUp) return;
  const downFault = () => store.fault ?? new TandemError('STORE_CLOSED');
  if (waitMs <= 0) throw downFault();
  await new Promise<void>((resolve, reject) => {
    const stopTimer = clock.startTimer(waitMs, () => {
      stopListening();
      reject(downFault());
    });
    const stopListening = store.onChange((state) => {
      if (state !== 'up') return;
      stopTimer();
      stopListening();
      resolve();
    });
  });
}
