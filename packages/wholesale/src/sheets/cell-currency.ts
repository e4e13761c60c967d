/** Codes of ISO 4217 that this system knows. */
const CODES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
/** Codes that a heading may bear; others are words as well, such as ALL and TOP. */
const IN_HEADINGS =
  /\b(USD|EUR|GBP|CHF|CAD|AUD|NZD|JPY|CNY|INR|BRL|MXN|ZAR|SEK|NOK|DKK|PLN|CZK|HUF|RON|TRY|RUB|AED|SAR|SGD|HKD)\b|([€£¥₹])/i;
const IN_CELL = /([a-z]{3})|([$€£¥₹])/i;

/**
 * Whether an amount's cell names another currency than the deck's, by a code or a sign: `0.09 USD`
 * is no price in euros. A dollar sign fits every dollar.
 */
export function isForeignAmount(cell: string, currency: string): boolean {
  const match = IN_CELL.exec(cell);
  if (match === null) return false;
  const code = match[1]?.toUpperCase();
  if (code !== undefined) return CODES.has(code) && code !== currency;
  return match[2] !== signOf(currency);
}

/** Whether a column's heading names another currency than the deck's: `Rate (USD/min)`. */
export function isForeignHeading(heading: string, currency: string): boolean {
  const match = IN_HEADINGS.exec(heading);
  if (match === null) return false;
  const code = match[1]?.toUpperCase();
  return code === undefined ? match[2] !== signOf(currency) : code !== currency;
}

function signOf(currency: string): string | undefined {
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  });
  return format.formatToParts(0).find(({ type }) => type === 'currency')?.value;
}
