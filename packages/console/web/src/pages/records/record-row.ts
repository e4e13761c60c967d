import {
  listOf,
  nullableNumber,
  nullableText,
  numberOf,
  objectOf,
  textOf,
} from '../../api/read-json.ts';

/** One record of GET /cdrs. Instants are epoch ms; amounts are decimal texts of `currency`. */
export interface RecordRow {
  readonly id: string;
  readonly callId: string;
  readonly kind: string;
  readonly attempt: number;
  readonly node: string;
  readonly tenant: string | null;
  readonly inboundTrunk: string | null;
  readonly outboundTrunk: string | null;
  readonly caller: string;
  readonly called: string;
  readonly startedAt: number | null;
  readonly talkMs: number;
  readonly durationMs: number;
  readonly status: string;
  readonly sipCode: number | null;
  readonly reason: string;
  readonly hangupBy: string;
  readonly billedSeconds: number | null;
  readonly price: string | null;
  readonly cost: string | null;
  readonly currency: string | null;
}

/** One answer of GET /cdrs. */
export interface RecordPage {
  readonly records: readonly RecordRow[];
  readonly nextCursor: string | undefined;
}

/** Reads one answer of GET /cdrs. */
export function readRecordPage(body: unknown): RecordPage {
  const { cdrs, nextCursor } = objectOf(body);
  const cursor = textOf(nextCursor);
  return {
    records: listOf(cdrs).map(readRecord),
    nextCursor: cursor === '' ? undefined : cursor,
  };
}

function readRecord(value: unknown): RecordRow {
  const row = objectOf(value);
  return {
    id: textOf(row['id']),
    callId: textOf(row['callId']),
    kind: textOf(row['kind']),
    attempt: numberOf(row['attempt']),
    node: textOf(row['node']),
    tenant: nullableText(row['tenant']),
    inboundTrunk: nullableText(row['inboundTrunk']),
    outboundTrunk: nullableText(row['outboundTrunk']),
    caller: textOf(row['caller']),
    called: textOf(row['called']),
    startedAt: nullableNumber(row['startedAt']),
    talkMs: numberOf(row['talkMs']),
    durationMs: numberOf(row['durationMs']),
    status: textOf(row['status']),
    sipCode: nullableNumber(row['sipCode']),
    reason: textOf(row['reason']),
    hangupBy: textOf(row['hangupBy']),
    billedSeconds: nullableNumber(row['billedSeconds']),
    price: nullableText(row['price']),
    cost: nullableText(row['cost']),
    currency: nullableText(row['currency']),
  };
}
