import { listOf, nullableText, objectOf, textOf } from '../../api/read-json.ts';
import { formatMoney } from '../../format/money.ts';
import { type CandidateRow, readCandidate } from '../calls/candidate.ts';
import { readTrailRow, type TrailRow } from '../../api/trail-row.ts';

/** One branch of an answer. */
export interface BranchRow {
  readonly trunk: string;
  readonly callto: string;
  readonly caller: string;
  readonly called: string;
  readonly margin: string | null;
}

/** What a route test found out. */
export interface RouteAnswer {
  readonly outcome: string;
  readonly reason: string;
  readonly status: string;
  readonly tenant: string | null;
  readonly inboundTrunk: string | null;
  /** Deck, prefix and rate that the tenant would pay. */
  readonly sell: string | null;
  /** Tried one group after the other; branches of a group ring together. */
  readonly groups: readonly (readonly BranchRow[])[];
  readonly candidates: readonly CandidateRow[];
  readonly trail: readonly TrailRow[];
}

/** Reads the answer of a route test. */
export function readRouteAnswer(body: unknown): RouteAnswer {
  const answer = objectOf(body);
  return {
    outcome: textOf(answer['outcome']),
    reason: textOf(answer['reason']),
    status: textOf(answer['status']),
    tenant: nullableText(answer['tenant']),
    inboundTrunk: nullableText(answer['inboundTrunk']),
    sell: answer['sell'] === undefined || answer['sell'] === null ? null : sellOf(answer['sell']),
    groups: listOf(answer['groups']).map((group) => listOf(group).map(readBranch)),
    candidates: listOf(answer['candidates']).map(readCandidate),
    trail: listOf(answer['trail']).map(readTrailRow),
  };
}

function sellOf(value: unknown): string {
  const sell = objectOf(value);
  const rate = `${formatMoney(textOf(sell['rate']), textOf(sell['currency']))} a minute`;
  const steps = `${textOf(sell['first'])}/${textOf(sell['next'])}`;
  const deck = `${textOf(sell['deck'])} v${textOf(sell['version'])}`;
  return `${rate}, ${steps}, prefix ${textOf(sell['prefix'])} of ${deck}`;
}

function readBranch(value: unknown): BranchRow {
  const branch = objectOf(value);
  return {
    trunk: textOf(branch['trunk'], '–'),
    callto: textOf(branch['callto']),
    caller: textOf(branch['caller']),
    called: textOf(branch['called']),
    margin: nullableText(branch['margin']),
  };
}
