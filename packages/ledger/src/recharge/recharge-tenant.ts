import { formatMicros, type Micros, parseMicros } from '@tandem/messages';
import { sqlStateOf } from '@tandem/store';
import type { MoneyCaller } from '../books/money-caller.ts';

/** What somebody pays in; negative takes back. */
export interface Recharge {
  readonly tenant: string;
  readonly amountMicros: Micros;
  /** The same reference twice is one recharge: the key of who pays in, or of the order. */
  readonly reference: string;
  readonly remark: string;
  readonly actor: string;
}

/** A receipt, as printed and as JSON. */
export interface Receipt {
  readonly receipt: number;
  readonly tenant: string;
  readonly currency: string;
  readonly amount: string;
  /** The balance after it. */
  readonly balance: string;
  readonly reference: string;
  /** It had been paid in before under this reference, and was not again. */
  readonly isRepeat: boolean;
  readonly rechargedAt: number;
}

/** SQLSTATE of a key that is there already. */
const UNIQUE_VIOLATION = '23505';

interface Row {
  readonly receipt: bigint;
  readonly tenant: string;
  readonly currency: string;
  readonly amount: string;
  readonly balance: string;
  readonly is_repeat: boolean;
  readonly recharged_at: Date;
}

/** Why nothing was paid in. */
export type RechargeProblem =
  | 'no tenant'
  | 'reference of another tenant'
  /** Paid in before under this reference, and not as much: somebody has taken one for another. */
  | 'reference of another amount';

/**
 * Pays in, in one transaction: balance, ledger and receipt. Idempotent by reference: after a lost
 * answer it is asked again. @throws the store's fault
 */
export async function rechargeTenant(
  caller: MoneyCaller,
  recharge: Recharge,
): Promise<Receipt | RechargeProblem> {
  const { tenant, amountMicros, reference, remark, actor } = recharge;
  const values = [tenant, formatMicros(amountMicros), reference, remark, actor];
  let row: Row | undefined;
  try {
    const text = 'select * from recharge_tenant_1($1, $2, $3, $4, $5)';
    [row] = await caller.call<Row>(text, values);
  } catch (fault) {
    if (sqlStateOf(fault) === UNIQUE_VIOLATION) return 'reference of another tenant';
    throw fault;
  }
  if (row === undefined) return 'no tenant';
  const { currency, amount, balance } = row;
  if (row.is_repeat && parseMicros(amount) !== amountMicros) return 'reference of another amount';
  return {
    receipt: Number(row.receipt),
    tenant: row.tenant,
    currency,
    amount,
    balance,
    reference,
    isRepeat: row.is_repeat,
    rechargedAt: row.recharged_at.getTime(),
  };
}
