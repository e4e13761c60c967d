import { listOf, nullableNumber, nullableText, objectOf, textOf } from '../../api/read-json.ts';

/** A tenant with his money and his limits. Amounts are decimal texts of `currency`. */
export interface TenantRow {
  readonly name: string;
  readonly currency: string | null;
  readonly balance: string | null;
  readonly held: string | null;
  /** Balance and credit less what is held: what new calls may take. */
  readonly available: string | null;
  readonly creditLimit: string | null;
  /** Calls that are up or being set up, over all nodes. */
  readonly activeCalls: number | null;
  readonly maxCalls: number | null;
  readonly maxCallsPerSecond: number | null;
  readonly isActive: boolean;
  readonly maxRate: string | null;
  readonly deck: string | null;
  readonly profile: string | null;
  readonly trunks: readonly string[];
  readonly users: readonly string[];
}

/** One answer of GET /tenants. */
export interface TenantPage {
  readonly tenants: readonly TenantRow[];
  /** There are more tenants than one answer holds. */
  readonly hasMore: boolean;
}

/** Reads one answer of GET /tenants. */
export function readTenants(body: unknown): TenantPage {
  const { tenants, nextCursor } = objectOf(body);
  const rows = listOf(tenants).map((value) => readTenant(objectOf(value)));
  return { tenants: rows, hasMore: nextCursor !== undefined };
}

/** Reads one tenant. */
export function readTenant(row: Readonly<Record<string, unknown>>): TenantRow {
  return {
    name: textOf(row['name']),
    currency: nullableText(row['currency']),
    balance: nullableText(row['balance']),
    held: nullableText(row['held']),
    available: nullableText(row['available']),
    creditLimit: nullableText(row['creditLimit']),
    activeCalls: nullableNumber(row['active']),
    maxCalls: nullableNumber(row['maxCalls']),
    maxCallsPerSecond: nullableNumber(row['maxCallsPerSecond']),
    isActive: row['isActive'] !== false,
    maxRate: nullableText(row['maxRate']),
    deck: nullableText(row['deck']),
    profile: nullableText(row['profile']),
    trunks: listOf(row['trunks']).map((name) => textOf(name)),
    users: listOf(row['users']).map((name) => textOf(name)),
  };
}
