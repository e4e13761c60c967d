import {
  listOf,
  nullableNumber,
  nullableText,
  numberOf,
  objectOf,
  textOf,
} from '../../api/read-json.ts';

/** One handler that a message met. */
export interface TrailRow {
  readonly handler: string;
  readonly priority: number;
  readonly outcome: string;
  readonly note: string;
  readonly durationMs: number | null;
}

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
  readonly outcome: string;
  readonly price: string | null;
  readonly cost: string | null;
  readonly currency: string | null;
  readonly billedSeconds: number | null;
  readonly startedAt: number | null;
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
  readonly attempts: readonly AttemptRow[];
  readonly trail: readonly TrailRow[];
}

/** Reads it; a call that is still up has no charge and no end yet. */
export function readExplanation(body: unknown): Explanation {
  const story = objectOf(body);
  const charge = objectOf(story['charge']);
  const { status, reason, q850, hangupBy } = objectOf(story['outcome']);
  const outcome = [status, reason, q850 === undefined ? '' : `Q.850 ${textOf(q850)}`, hangupBy];
  return {
    outcome: outcome
      .map((part) => textOf(part))
      .filter((part) => part !== '')
      .join(' · '),
    price: nullableText(charge['price']),
    cost: nullableText(charge['cost']),
    currency: nullableText(charge['currency']),
    billedSeconds: nullableNumber(charge['billedSeconds']),
    startedAt: nullableNumber(story['startedAt']),
    answeredAt: nullableNumber(story['answeredAt']),
    endedAt: nullableNumber(story['endedAt']),
    attempts: listOf(story['attempts']).map(readAttempt),
    trail: listOf(story['trail']).map(readTrailRow),
  };
}

/** Reads one entry of a trail; those of a route test have the same form. */
export function readTrailRow(value: unknown): TrailRow {
  const row = objectOf(value);
  return {
    handler: textOf(row['handler']),
    priority: numberOf(row['priority']),
    outcome: textOf(row['outcome']),
    note: textOf(row['note']),
    durationMs: nullableNumber(row['durationMs']),
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
