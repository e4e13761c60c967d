/**
 * A decimal text of the API with its currency: zeros beyond cents go, digits never do:
 * `0.100000 USD` → `0.10 USD`, `0.012500` → `0.0125`. Money is never made a number here.
 */
export function formatMoney(amount: string | null, currency: string | null): string {
  if (amount === null) return '–';
  const match = /^([+-]?\d+)\.(\d{2})(\d*?)0*$/.exec(amount);
  const text = match === null ? amount : `${match[1]}.${match[2]}${match[3]}`;
  return currency === null || currency === '' ? text : `${text} ${currency}`;
}

/** Digits that `formatMoney` shows behind the point; 0 where there is no amount. */
export function fractionDigits(amount: string | null): number {
  const shown = formatMoney(amount, null);
  const point = shown.indexOf('.');
  return point < 0 ? 0 : shown.length - point - 1;
}

/** Micro-units of a decimal text, to order by; 0 for what is no amount. Never a float. */
export function microsOf(amount: string): bigint {
  const match = /^([+-]?)(\d+)(?:\.(\d{0,6}))?/.exec(amount);
  if (match === null) return 0n;
  const micros = BigInt(match[2]!) * 1_000_000n + BigInt((match[3] ?? '').padEnd(6, '0'));
  return match[1] === '-' ? -micros : micros;
}
