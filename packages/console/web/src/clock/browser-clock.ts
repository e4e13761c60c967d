import type { PageClock } from './page-clock.ts';

/** The browser's own clock and timers: the only place of the pages that asks for them. */
export const browserClock: PageClock = {
  now: () => performance.now(),
  epoch: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
