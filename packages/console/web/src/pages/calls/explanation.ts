import {
  listOf,
  nullableNumber,
  nullableText,
  numberOf,
  objectOf,
  textOf,
} from '../../api/read-json.ts';
import { type CandidateRow, readCandidate } from './candidate.ts';
import { type PastLeg, readPastLeg } from './past-leg.ts';
import { readTrailRow, type TrailRow } from '../../api/trail-row.ts';

/** One try to reach somebody. */
export interface AttemptRow {
  readonly number: number;
  readonly trunk: string;
  readonly called: string;
  readonly status: string;
  readonly reason: string;
  readonly ringMs: number | null;
  readonly durationMs: number | null;
  readonly cost: string | null;
}

/** What GET /explain/{call} tells. */
export interface Explanation {
  readonly node: string;
  readonly caller: string;
  readonly called: string;
  readonly tenant: string | null;
  readonly status: number;
  readonly reason: string;
  readonly q850: number;
  readonly hangupBy: string;
  readonly deck: string | null;
  readonly profile: string | null;
  /** The largest amount that was held. */
  readonly held: string | null;
  readonly price: string | null;
  readonly cost: string | null;
  readonly currency: string | null;
  readonly billedSeconds: number | null;
  readonly startedAt: number | null;
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
  readonly attempts: readonly AttemptRow[];
  readonly candidates: readonly CandidateRow[];
  readonly legs: readonly PastLeg[];
  readonly trail: readonly TrailRow[];
}

/** Reads it; a call that is still up has no charge and no end yet. */
export function readExplanation(body: unknown): Explanation {
  const story = objectOf(body);
  const charge = objectOf(story['charge']);
  const { status, reason, q850, hangupBy } = objectOf(story['outcome']);
  const { deck, profile } = objectOf(story['versions']);
  return {
    node: textOf(story['node']),
    caller: textOf(story['caller']),
    called: textOf(story['called']),
    tenant: nullableText(story['tenant']),
    status: numberOf(status),
    reason: textOf(reason),
    q850: numberOf(q850),
    hangupBy: textOf(hangupBy),
    deck: nullableText(deck),
    profile: nullableText(profile),
    held: nullableText(objectOf(listOf(story['holds'])[0])['amount']),
    price: nullableText(charge['price']),
    cost: nullableText(charge['cost']),
    currency: nullableText(charge['currency']),
    billedSeconds: nullableNumber(charge['billedSeconds']),
    startedAt: nullableNumber(story['startedAt']),
    answeredAt: nullableNumber(story['answeredAt']),
    endedAt: nullableNumber(story['endedAt']),
    attempts: listOf(story['attempts']).map(readAttempt),
    candidates: listOf(story['candidates']).map(readCandidate),
    legs: listOf(story['legs']).map(readPastLeg),
    trail: listOf(story['trail']).map(readTrailRow),
  };
}

function readAttempt(value: unknown): AttemptRow {
  const row = objectOf(value);
  return {
    number: numberOf(row['number']),
    trunk: textOf(row['trunk'], textOf(row['callto'])),
    called: textOf(row['called']),
    status: textOf(row['status']),
    reason: textOf(row['reason']),
    ringMs: nullableNumber(row['ringMs']),
    durationMs: nullableNumber(row['durationMs']),
    cost: nullableText(row['cost']),
  };
}
