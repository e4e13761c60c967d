import { listOf, nullableNumber, nullableText, objectOf, textOf } from '../../api/read-json.ts';

/** A tenant with his money and his limits. Amounts are decimal texts of `currency`. */
export interface TenantRow {
  readonly name: string;
  readonly currency: string | null;
  readonly balance: string | null;
  readonly held: string | null;
  readonly creditLimit: string | null;
  /** Calls that are up or being set up, over all nodes. */
  readonly activeCalls: number | null;
  readonly maxCalls: number | null;
  readonly maxCallsPerSecond: number | null;
  readonly isActive: boolean;
}

/** Reads one answer of GET /tenants. */
export function readTenants(body: unknown): readonly TenantRow[] {
  return listOf(objectOf(body)['tenants']).map((value) => {
    const row = objectOf(value);
    const active = row['active'];
    return {
      name: textOf(row['name']),
      currency: nullableText(row['currency']),
      balance: nullableText(row['balance']),
      held: nullableText(row['held']),
      creditLimit: nullableText(row['creditLimit']),
      // `active` is a count of calls in the database's tables, a flag in a set-up.
      activeCalls: nullableNumber(row['activeCalls']) ?? nullableNumber(active),
      maxCalls: nullableNumber(row['maxCalls']),
      maxCallsPerSecond: nullableNumber(row['maxCallsPerSecond']),
      isActive: active !== false,
    };
  });
}
