/** Between two looks, ms. */
const LOOK_PERIOD_MS = 20;

/** Waits until `look` gives something else than undefined or false; says what never came to pass. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 10_000,
  lookPeriodMs = LOOK_PERIOD_MS,
): Promise<T> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > endMs) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await pause(lookPeriodMs);
  }
}

/** Lets real time pass: for what only real time brings about. */
export async function pause(ms: number): Promise<void> {
  await new Promise<void>((resolve) => void setTimeout(resolve, ms));
}
