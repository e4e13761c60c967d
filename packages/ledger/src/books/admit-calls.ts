import { formatMicros, type Micros, parseMicros } from '@tandem/messages';
import { type MoneyCaller, type Side, toTimestamp } from './money-caller.ts';

/** One call, or one attempt at a carrier, that asks to be let through. */
export interface HoldRequest {
  readonly charge: string;
  readonly side: Side;
  readonly tenantId: string | null;
  /** The inbound trunk of a sale, the outbound one of a purchase. */
  readonly trunkId: string | null;
  /** What the first slice costs; less is held if there is less, but not below `leastMicros`. */
  readonly wantedMicros: Micros;
  /** What the first millisecond of talk costs. */
  readonly leastMicros: Micros;
  /** By the database's clock, epoch ms. */
  readonly admittedAt: number;
  /** The frozen record that closes the call if its node dies: JSON. */
  readonly record: string;
}

/**
 * What the database said of a request: `held`, or what stood against it. `gone`: the charge was
 * made or given up already; `dead`: our own lease is lost.
 */
export type HoldOutcome =
  | 'held'
  | 'gone'
  | 'dead'
  | 'notenant'
  | 'notrunk'
  | 'nocredit'
  | 'tenantcalls'
  | 'trunkcalls'
  | 'tenantrate'
  | 'trunkrate';

/** The answer to one request. */
export interface HoldAnswer {
  readonly charge: string;
  readonly outcome: HoldOutcome;
  /** What is held in all. */
  readonly amountMicros: Micros;
}

interface Row {
  readonly charge_id: string;
  readonly outcome: HoldOutcome;
  readonly amount: string;
}

// The records go as one text: as an array of texts each quotation mark in them would be escaped.
const ADMIT_CALLS =
  'select * from admit_calls_1($1, $2, $3, $4, $5, $6, $7, $8, ' +
  'array(select json_array_elements($9::json)))';

/** Admits a batch in one round trip; idempotent by charge id. Answers in any order. */
export async function admitCalls(
  caller: MoneyCaller,
  boot: string,
  requests: readonly HoldRequest[],
): Promise<HoldAnswer[]> {
  const rows = await caller.call<Row>(ADMIT_CALLS, [
    boot,
    requests.map(({ charge }) => charge),
    requests.map(({ side }) => side),
    requests.map(({ tenantId }) => tenantId),
    requests.map(({ trunkId }) => trunkId),
    requests.map(({ wantedMicros }) => formatMicros(wantedMicros)),
    requests.map(({ leastMicros }) => formatMicros(leastMicros)),
    requests.map(({ admittedAt }) => toTimestamp(admittedAt)),
    `[${requests.map(({ record }) => record).join(',')}]`,
  ]);
  return rows.map(toAnswer);
}

/** One hold that is to cover more talk. */
export interface ExtendRequest {
  readonly charge: string;
  readonly tenantId: string;
  /** What is to be held in all: absolute, never an addition. */
  readonly targetMicros: Micros;
}

/**
 * Raises holds to their targets, or as far as the money goes, in one round trip. `nocredit`:
 * nothing more is to be had; `gone`: the call was closed by somebody, and has to end.
 */
export async function extendCalls(
  caller: MoneyCaller,
  boot: string,
  requests: readonly ExtendRequest[],
): Promise<HoldAnswer[]> {
  const rows = await caller.call<Row>('select * from extend_calls_1($1, $2, $3, $4)', [
    boot,
    requests.map(({ charge }) => charge),
    requests.map(({ tenantId }) => tenantId),
    requests.map(({ targetMicros }) => formatMicros(targetMicros)),
  ]);
  return rows.map(toAnswer);
}

/** One charge id under which nothing may be held any more. */
export type ReleaseRequest = Pick<HoldRequest, 'charge' | 'side' | 'tenantId' | 'trunkId'>;

/**
 * Frees what may be held under these ids and leaves tombstones, so that an admission still on
 * its way finds them. Idempotent. How many holds were freed.
 */
export async function releaseCalls(
  caller: MoneyCaller,
  boot: string,
  requests: readonly ReleaseRequest[],
): Promise<number> {
  const rows = await caller.call<{ released: number }>(
    'select release_calls_1($1, $2, $3, $4, $5) as released',
    [
      boot,
      requests.map(({ charge }) => charge),
      requests.map(({ side }) => side),
      requests.map(({ tenantId }) => tenantId),
      requests.map(({ trunkId }) => trunkId),
    ],
  );
  return rows[0]?.released ?? 0;
}

function toAnswer({ charge_id: charge, outcome, amount }: Row): HoldAnswer {
  return { charge, outcome, amountMicros: parseMicros(amount) ?? 0n };
}
