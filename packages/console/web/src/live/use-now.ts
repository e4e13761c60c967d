import { useEffect, useState } from 'preact/hooks';
import type { PageClock } from '../clock/page-clock.ts';

/** The clock's ms, told anew every second: ages on a page go on between two answers. */
export function useNow(clock: PageClock): number {
  const [now, setNow] = useState(() => clock.now());
  useEffect(() => {
    let stop: () => void;
    const tick = (): void => {
      setNow(clock.now());
      stop = clock.after(1_000, tick);
    };
    stop = clock.after(1_000, tick);
    return () => stop();
  }, [clock]);
  return now;
}
