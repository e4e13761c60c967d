import type { MoneyCaller } from '../books/money-caller.ts';

/** What a line of a bill sums up. */
export type BillLineKind = 'calls' | 'late' | 'correction' | 'rerate' | 'recharge';

/** One line of a bill: the ledger lines of one kind, of calls also by the prefix they were rated by. */
export interface BillLine {
  readonly kind: BillLineKind;
  /** Of calls; null if their records were archived before the bill was made. */
  readonly prefix: string | null;
  /** Ledger lines: as many calls, corrections or recharges. */
  readonly entries: number;
  readonly billedSeconds: number;
  /** Six decimals; what is charged is negative. */
  readonly amount: string;
}

/** A bill without its lines. Instants are epoch ms, amounts have six decimals. */
export interface BillSummary {
  readonly number: number;
  readonly tenant: string;
  readonly currency: string;
  readonly cycle: 'weekly' | 'monthly';
  /** IANA name of the zone whose midnights bound the cycle. */
  readonly zone: string;
  readonly fromAt: number;
  /** Not of the cycle any more. */
  readonly toAt: number;
  readonly madeAt: number;
  readonly opening: string;
  /** Calls of the cycle. */
  readonly calls: string;
  /** Calls of earlier cycles that came late, corrections, re-rating. */
  readonly adjustments: string;
  readonly recharges: string;
  /** Opening, calls, adjustments and recharges, summed. */
  readonly closing: string;
}

/** A bill: every ledger line of its tenant is on exactly one. */
export interface Bill extends BillSummary {
  readonly lines: readonly BillLine[];
}

interface Row extends Omit<BillSummary, 'number' | 'fromAt' | 'toAt' | 'madeAt'> {
  readonly number: bigint;
  readonly from: Date;
  readonly to: Date;
  readonly made: Date;
}

const SUMMARY = `
  select b.number, b.tenant, b.currency, b.cycle, b.zone, b.from_at as "from", b.to_at as "to",
    b.made_at as made, b.opening, b.closing,
    coalesce(sum(l.amount) filter (where l.kind = 'calls'), 0)::numeric(18,6) as calls,
    coalesce(sum(l.amount) filter (where l.kind in ('late', 'correction', 'rerate')), 0)
      ::numeric(18,6) as adjustments,
    coalesce(sum(l.amount) filter (where l.kind = 'recharge'), 0)::numeric(18,6) as recharges
  from bills b left join bill_lines l on l.number = b.number
  where b.summed_at is not null`;

/** Reads a bill. Undefined: there is none of that number. @throws the store's fault */
export async function readBill(caller: MoneyCaller, number: number): Promise<Bill | undefined> {
  const [row] = await caller.call<Row>(`${SUMMARY} and b.number = $1 group by b.number`, [number]);
  if (row === undefined) return undefined;
  const lines = await caller.call<
    Omit<BillLine, 'entries' | 'billedSeconds'> & { entries: bigint; seconds: bigint }
  >(
    `select kind, prefix, entries, billed_seconds as seconds, amount from bill_lines
     where number = $1 order by position`,
    [number],
  );
  return {
    ...toSummary(row),
    lines: lines.map(({ kind, prefix, entries, seconds, amount }) => ({
      kind,
      prefix,
      entries: Number(entries),
      billedSeconds: Number(seconds),
      amount,
    })),
  };
}

/** Lists bills, newest first, below the number `before`. @throws the store's fault */
export async function listBills(
  caller: MoneyCaller,
  { tenant, before, limit }: { tenant?: string; before?: number; limit: number },
): Promise<readonly BillSummary[]> {
  const rows = await caller.call<Row>(
    `${SUMMARY} and ($1::text is null or b.tenant = $1) and ($2::bigint is null or b.number < $2)
     group by b.number order by b.number desc limit $3`,
    [tenant ?? null, before ?? null, limit],
  );
  return rows.map(toSummary);
}

function toSummary({ number, from, to, made, ...row }: Row): BillSummary {
  return {
    ...row,
    number: Number(number),
    fromAt: from.getTime(),
    toAt: to.getTime(),
    madeAt: made.getTime(),
  };
}
