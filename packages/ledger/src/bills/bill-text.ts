import { csvLine } from '../export/csv-line.ts';
import type { Bill, BillLine, BillLineKind } from './bill.ts';

const WORDS: Readonly<Record<BillLineKind, string>> = {
  calls: 'Calls',
  late: 'Calls of earlier cycles',
  correction: 'Corrections',
  rerate: 'Re-rating',
  recharge: 'Recharges',
};

const COLUMNS = [
  'number',
  'tenant',
  'currency',
  'from',
  'to',
  'kind',
  'prefix',
  'entries',
  'billed_seconds',
  'amount',
] as const;

/** A bill as people read it: one line of text each. Instants are those of the bill's zone. */
export function billText(bill: Bill): readonly string[] {
  const { number, tenant, currency, zone, cycle } = bill;
  const money = (label: string, amount: string): string =>
    `${label.padEnd(52)}${amount.padStart(18)} ${currency}`;
  return [
    `Bill ${number} for ${tenant}`,
    `${localTime(bill.fromAt, zone)} to ${localTime(bill.toAt, zone)} ${zone}, ${cycle}`,
    '',
    money('Opening balance', bill.opening),
    ...bill.lines.map((line) => money(lineLabel(line), line.amount)),
    money('Closing balance', bill.closing),
  ];
}

/** A bill as CSV: a line for its opening, one for each of its lines, one for its closing balance. */
export function billCsv(bill: Bill): string {
  const { number, tenant, currency } = bill;
  const from = new Date(bill.fromAt).toISOString();
  const to = new Date(bill.toAt).toISOString();
  const line = (kind: string, rest: readonly (string | number | null)[]): string =>
    csvLine([number, tenant, currency, from, to, kind, ...rest]);
  return [
    csvLine(COLUMNS),
    line('opening', [null, null, null, bill.opening]),
    ...bill.lines.map(({ kind, prefix, entries, billedSeconds, amount }) =>
      line(kind, [prefix, entries, billedSeconds, amount]),
    ),
    line('closing', [null, null, null, bill.closing]),
  ].join('');
}

function lineLabel({ kind, prefix, entries, billedSeconds }: BillLine): string {
  const isCalls = kind === 'calls' || kind === 'late';
  const where = isCalls && prefix !== null ? ` to ${prefix === '' ? 'anywhere' : prefix}` : '';
  const minutes = `${Math.floor(billedSeconds / 60)}:${String(billedSeconds % 60).padStart(2, '0')}`;
  const count = isCalls ? `${entries}, ${minutes} min` : String(entries);
  return `${WORDS[kind]}${where} (${count})`;
}

/** An instant as the clock on the wall of a zone shows it: 2026-03-29 00:00. */
export function localTime(at: number, zone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  return format.format(at);
}
