/** What money functions are called through: a lane of connections, or the store itself. */
export interface MoneyCaller {
  /** One prepared statement, one round trip; its rows. */
  call<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** Which way money goes: a tenant pays us, or we pay a carrier. */
export type Side = 'sale' | 'purchase';

/** An instant as Postgres takes it, in whole milliseconds. */
export function toTimestamp(epochMs: number): string {
  return new Date(Math.round(epochMs)).toISOString();
}
