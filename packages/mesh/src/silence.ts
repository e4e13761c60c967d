/** Period of beats; three missed ones are a death. */
export const BEAT_PERIOD_MS = 1_000;
/** How often silence is judged: what is seen of a death comes at most this much later. */
export const JUDGE_PERIOD_MS = 250;
const DEAD_AFTER_MS = 3 * BEAT_PERIOD_MS;
/** A beat that comes this late shows a node that lags. */
export const LAGGING_AFTER_MS = 2 * BEAT_PERIOD_MS;
/**
 * A node that has missed two beats is looked for: where nobody listens any more it is dead now,
 * and need not be waited for. One that hangs still listens.
 */
const PROBE_AFTER_MS = 2_250;
/** Dead nodes are remembered for an hour, so that lists can show them. */
const FORGOTTEN_AFTER_MS = 3_600_000;

/** What somebody's silence means. */
export type Verdict = 'well' | 'lagging' | 'missing' | 'dead' | 'forgotten';

/** Judges how long a node has been silent, ms, while this node was awake and connected. */
export function judgeSilence(silentMs: number, isDead: boolean): Verdict {
  if (isDead) return silentMs > FORGOTTEN_AFTER_MS ? 'forgotten' : 'dead';
  if (silentMs >= DEAD_AFTER_MS) return 'dead';
  if (silentMs >= PROBE_AFTER_MS) return 'missing';
  return silentMs > LAGGING_AFTER_MS ? 'lagging' : 'well';
}

/** For this long after its own reconnection a node passes no verdict, ms: the others come back too. */
export const BLIND_AFTER_RECONNECTION_MS = DEAD_AFTER_MS;
