import { listOf, nullableNumber, nullableText, numberOf, objectOf, textOf } from './read-json.ts';
import { readTrailRow, type TrailRow } from './trail-row.ts';

/** One leg of a call, on one node. */
export interface LegRow {
  readonly id: string;
  readonly node: string;
  readonly direction: string;
  readonly driver: string;
  readonly address: string;
  readonly state: string;
}

/** One row of GET /calls. */
export interface CallRow {
  readonly id: string;
  readonly node: string;
  readonly state: string;
  readonly caller: string;
  readonly called: string;
  readonly tenant: string | null;
  readonly inboundTrunk: string | null;
  readonly outboundTrunk: string | null;
  /** Epoch ms by the node's clock. */
  readonly startedAt: number;
  readonly answeredAt: number | null;
  readonly durationMs: number;
  /** Decimal texts of `currency`. */
  readonly held: string | null;
  readonly price: string | null;
  readonly currency: string | null;
  readonly legs: readonly LegRow[];
}

/** The call of GET /calls/{id}: with what its handlers did so far. */
export interface ActiveCallRow extends CallRow {
  readonly trail: readonly TrailRow[];
}

/** One answer of GET /calls. */
export interface CallPage {
  readonly calls: readonly CallRow[];
  readonly total: number;
  /** Nodes that did not answer in time: their calls are missing here. */
  readonly unanswered: readonly string[];
  readonly nextCursor: string | undefined;
}

/** Reads one answer of GET /calls; rows of an older or newer node are read as far as they go. */
export function readCallPage(body: unknown): CallPage {
  const { calls, total, unanswered, nextCursor } = objectOf(body);
  const rows = listOf(calls).map(readCall);
  const cursor = textOf(nextCursor);
  return {
    calls: rows,
    total: numberOf(total, rows.length),
    unanswered: listOf(unanswered).map((name) => textOf(name)),
    nextCursor: cursor === '' ? undefined : cursor,
  };
}

/** Reads one call. */
export function readCall(value: unknown): CallRow {
  const row = objectOf(value);
  return {
    id: textOf(row['id']),
    node: textOf(row['node']),
    state: textOf(row['state']),
    caller: textOf(row['caller']),
    called: textOf(row['called']),
    tenant: nullableText(row['tenant']),
    inboundTrunk: nullableText(row['inboundTrunk']),
    outboundTrunk: nullableText(row['outboundTrunk']),
    startedAt: numberOf(row['startedAt']),
    answeredAt: nullableNumber(row['answeredAt']),
    durationMs: numberOf(row['durationMs']),
    held: nullableText(row['held']),
    price: nullableText(row['price']),
    currency: nullableText(row['currency']),
    legs: listOf(row['legs']).map(readLeg),
  };
}

/** Reads the call of GET /calls/{id}. */
export function readActiveCall(value: unknown): ActiveCallRow {
  return { ...readCall(value), trail: listOf(objectOf(value)['trail']).map(readTrailRow) };
}

function readLeg(value: unknown): LegRow {
  const leg = objectOf(value);
  return {
    id: textOf(leg['id']),
    node: textOf(leg['node']),
    direction: textOf(leg['direction']),
    driver: textOf(leg['driver']),
    address: textOf(leg['address']),
    state: textOf(leg['state']),
  };
}
