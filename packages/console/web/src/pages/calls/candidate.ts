import { nullableText, numberOf, objectOf, textOf } from '../../api/read-json.ts';

/** One way that a call could have gone, and why it did or did not. */
export interface CandidateRow {
  readonly trunk: string;
  readonly priority: number;
  readonly weight: number;
  readonly isTaken: boolean;
  readonly reason: string;
  /** Buy rate per minute. */
  readonly rate: string | null;
}

/** Reads one candidate of a route test, or of a call that was routed. */
export function readCandidate(value: unknown): CandidateRow {
  const row = objectOf(value);
  return {
    trunk: textOf(row['trunk']),
    priority: numberOf(row['priority']),
    weight: numberOf(row['weight']),
    isTaken: row['isTaken'] === true,
    reason: textOf(row['reason']),
    rate: nullableText(row['rate']),
  };
}
