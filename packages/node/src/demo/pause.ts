import { systemClock } from '@tandem/engine';

/** Lets real time pass: the demonstration is watched by a person. */
export async function pause(ms: number): Promise<void> {
  await new Promise<void>((resolve) => void systemClock.startTimer(ms, resolve));
}
