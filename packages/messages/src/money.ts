/** Money in code: integer millionths of the currency's unit. Never a float (1e-6, `numeric(18,6)`). */
export type Micros = bigint;

/** How many micros one unit of currency has. */
export const MICROS_PER_UNIT = 1_000_000n;

/** Writes micros as a decimal with six digits: the form of JSON and of the database. */
export function formatMicros(amountMicros: Micros): string {
  const sign = amountMicros < 0n ? '-' : '';
  const absolute = amountMicros < 0n ? -amountMicros : amountMicros;
  const fraction = (absolute % MICROS_PER_UNIT).toString().padStart(6, '0');
  return `${sign}${absolute / MICROS_PER_UNIT}.${fraction}`;
}

/** Reads a decimal with at most six digits after the point; undefined for anything else. */
export function parseMicros(text: string): Micros | undefined {
  const match = /^(-?)(\d{1,12})(?:\.(\d{0,6}))?$/.exec(text.trim());
  if (match === null) return undefined;
  const absolute = BigInt(match[2]!) * MICROS_PER_UNIT + BigInt((match[3] ?? '').padEnd(6, '0'));
  return match[1] === '-' ? -absolute : absolute;
}
