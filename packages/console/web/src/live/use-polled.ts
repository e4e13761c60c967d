import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { PageClock } from '../clock/page-clock.ts';
import { nothingYet, Poller, type Reading } from './poller.ts';

/** A reading that keeps itself fresh, and a way to ask sooner. */
export interface Polled<T> {
  readonly reading: Reading<T>;
  readonly nudge: () => void;
}

/** What is asked, and how often. */
export interface PolledOptions<T> {
  readonly ask: () => Promise<T>;
  /** Another key is another question: what was known is forgotten. */
  readonly key: string;
  readonly periodMs: number;
  readonly clock: PageClock;
}

/**
 * Asks as long as the component is there and somebody can see the tab: a hundred forgotten tabs
 * put no load on the nodes. Whoever comes back sees how old it is until the next answer.
 */
export function usePolled<T>({ ask, key, periodMs, clock }: PolledOptions<T>): Polled<T> {
  const [known, setKnown] = useState<{ key: string; reading: Reading<T> }>();
  const question = useRef(ask);
  question.current = ask;
  const poller = useRef<Poller<T> | undefined>(undefined);

  useEffect(() => {
    const begin = (): void => {
      poller.current?.stop();
      poller.current = undefined;
      if (document.hidden) return;
      poller.current = new Poller<T>({
        ask: () => question.current(),
        periodMs,
        clock,
        onReading: (reading) =>
          setKnown((before) => {
            const kept = before?.key === key ? before.reading : nothingYet;
            // A poller that began anew knows nothing yet of what the one before was told.
            const isTry = reading.problem !== undefined && reading.value === undefined;
            return { key, reading: isTry ? { ...kept, problem: reading.problem } : reading };
          }),
      });
      poller.current.start();
    };
    begin();
    document.addEventListener('visibilitychange', begin);
    return () => {
      document.removeEventListener('visibilitychange', begin);
      poller.current?.stop();
    };
  }, [key, periodMs, clock]);

  const nudge = useCallback(() => poller.current?.nudge(), []);
  return { reading: known?.key === key ? known.reading : nothingYet, nudge };
}
