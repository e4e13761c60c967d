import type { LimitedParty } from '@tandem/messages';

/** Id, name and limits of a row; null is 0, no limit. */
export function partyOf(row: {
  readonly id: bigint;
  readonly name: string;
  readonly max_calls: number | null;
  readonly max_calls_per_second: number | null;
}): LimitedParty {
  return {
    id: row.id,
    name: row.name,
    maxCalls: row.max_calls ?? 0,
    maxCallsPerSecond: row.max_calls_per_second ?? 0,
  };
}
