import { readFileSync, readdirSync } from 'node:fs';
import { formatMicros } from '@tandem/messages';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeFinding } from './finding.ts';
import type { RateRow } from './rate-row.ts';
import { readSheet } from './read-sheet.ts';
import type { SheetOptions } from './sheet-options.ts';

const FIXTURES = new URL('fixtures/', import.meta.url);
const OPTIONS: SheetOptions = { file: 'rates.csv', effectiveAt: Date.UTC(2026, 0, 1) };

/** Each fixture has, beside it, what a careful person made of it by hand. */
const names = readdirSync(FIXTURES).filter((name) => !name.endsWith('.expected'));

function lineOf(row: RateRow): string {
  const fee = row.connectFeeMicros === 0n ? '' : `+${formatMicros(row.connectFeeMicros)}`;
  const parts = [
    row.line,
    row.prefix === '' ? 'default' : row.prefix,
    formatMicros(row.rateMicrosPerMinute),
    `${row.firstSeconds}/${row.nextSeconds}`,
    fee,
    dayOf(row.effectiveAt) + (row.endsAt === null ? '' : `..${dayOf(row.endsAt)}`),
    row.isBlocked ? 'is-blocked' : '',
    row.change ?? '',
  ];
  if (row.callerPrefix !== '') parts[1] = `${parts[1]}<${row.callerPrefix}`;
  return parts.filter((part) => part !== '').join(' ');
}

function dayOf(at: number): string {
  return new Date(at).toISOString().replace('T00:00:00.000Z', '').replace('.000Z', 'Z');
}

function ratesIn(text: string, options: Partial<SheetOptions> = {}): string[] {
  return readSheet(text, { ...OPTIONS, ...options }).rows.map(lineOf);
}

describe('a rate sheet', () => {
  it.each(names)('%s is read as a careful person would', (name) => {
    const currency = name.startsWith('a-z') ? 'EUR' : 'USD';
    const bytes = readFileSync(new URL(name, FIXTURES));
    const sheet = readSheet(bytes, { ...OPTIONS, file: name, currency });
    const findings = sheet.findings.map(
      (finding) => `${finding.severity} ${describeFinding(finding)}`,
    );
    const expected = readFileSync(new URL(`${name}.expected`, FIXTURES), 'utf8');
    expect([...sheet.rows.map(lineOf), '', ...findings, ''].join('\n')).toBe(expected);
  });

  it('there are twenty-one of them', () => {
    expect(names).toHaveLength(21);
  });

  it('says how many rows it has and how many were left out', () => {
    const sheet = readSheet('code,rate\n44,0.01\n4x,0.01\n\nfooter\n', OPTIONS);
    expect(sheet).toMatchObject({ rowsFound: 2, rowsLeftOut: 1, counts: { error: 1 } });
  });

  it.each([
    ['', 'the sheet is empty'],
    ['\n\n', 'the sheet is empty'],
    ['44,0.01\n45,0.02', 'no header with a column of codes and one of rates'],
    ['PK\u0003\u0004\u0014\u0000\nxl/worksheets', 'this is an Excel workbook'],
    ['name,rate\nx,1', 'no header with a column of codes and one of rates'],
  ])('that is none is refused: %j', (text, message) => {
    const sheet = readSheet(text, OPTIONS);
    expect(sheet.rows).toEqual([]);
    expect(sheet.findings.find(({ severity }) => severity === 'error')?.message).toContain(message);
  });

  it('with headings of its own is read once somebody names them', () => {
    const text = 'Rufnummernkreis;Entgelt\n49;0,01\n';
    expect(ratesIn(text)).toEqual([]);
    const columns = { prefix: 'Rufnummernkreis', rate: 'Entgelt' };
    expect(ratesIn(text, { columns })).toEqual(['2 49 0.010000 60/60 2026-01-01']);
  });

  it('without increments takes those it is given, and says so', () => {
    const text = 'code,rate\n44,0.01\n';
    expect(ratesIn(text, { firstSeconds: 1, nextSeconds: 6 })).toEqual([
      '2 44 0.010000 1/6 2026-01-01',
    ]);
    const { findings } = readSheet(text, OPTIONS);
    expect(findings.map(({ message }) => message)).toContain(
      'no column of increments: 60/60 is taken',
    );
  });

  it.each([
    ['rate', '0.02 EUR'],
    ['rate', '€ 0.02'],
    ['rate (EUR/min)', '0.02'],
    ['rate per minute, €', '0.02'],
    ['rate,connect fee', '0.02,£1'],
  ])('in another currency than its deck is refused: %s, %s', (headings, cells) => {
    const text = `code,${headings}\n44,${cells}\n`;
    const sheet = readSheet(text.replace('minute, ', 'minute '), { ...OPTIONS, currency: 'USD' });
    expect(sheet).toMatchObject({ rowsFound: 1, rowsLeftOut: 1 });
    expect(sheet.findings.map(({ message }) => message)).toContain('the deck is in USD');
  });

  it.each([
    ['USD', 'rate (USD/min)', '$0.02'],
    ['CAD', 'rate', '$0.02'],
    ['EUR', 'rate', '0.02 eur'],
    ['USD', 'rate', '0.02'],
  ])('in %s, as its deck is, is read: %s, %s', (currency, heading, cell) => {
    expect(ratesIn(`code,${heading},increment\n44,${cell},1/1\n`, { currency })).toHaveLength(1);
  });

  it.each(['12/31/9999', '9999-12-31', '31.12.9999', '31-Dec-2999', '2958465', '99991231'])(
    'whose rates end on %s has rates without an end',
    (end) => {
      const text = `code,rate,increment,end date\n44,0.02,1/1,${end}\n`;
      expect(readSheet(text, OPTIONS).rows).toMatchObject([{ endsAt: null }]);
    },
  );

  it('with doubtful dates is read once somebody says where the day stands', () => {
    const text = 'code,rate,increment,effective\n44,0.01,1/1,8/4/2026\n';
    expect(ratesIn(text)).toEqual([]);
    expect(ratesIn(text, { dateOrder: 'monthFirst' })).toEqual(['2 44 0.010000 1/1 2026-08-04']);
    expect(ratesIn(text, { dateOrder: 'dayFirst' })).toEqual(['2 44 0.010000 1/1 2026-04-08']);
  });

  it('whose dates contradict one another has its doubtful ones refused', () => {
    const rows = ['1,1/1,0.1,8/16/2026', '2,1/1,0.1,16/8/2026', '3,1/1,0.1,8/4/2026'];
    const sheet = readSheet(['code,increment,rate,effective', ...rows].join('\n'), OPTIONS);
    expect(sheet.rows.map(lineOf)).toEqual([
      '2 1 0.100000 1/1 2026-08-16',
      '3 2 0.100000 1/1 2026-08-16',
    ]);
    expect(sheet.counts).toMatchObject({ error: 1, warning: 1 });
  });

  it('with both decimal marks has its doubtful amounts refused', () => {
    const rows = ['1;0,012', '2;0.013', '3;1,234', '4;1,5', '5;7'];
    const sheet = readSheet(['code;rate', ...rows].join('\n'), OPTIONS);
    expect(sheet.rows.map(({ prefix }) => prefix)).toEqual(['1', '2', '4', '5']);
    expect(sheet.findings.find(({ severity }) => severity === 'error')).toMatchObject({
      line: 4,
      column: 'rate',
      value: '1,234',
      file: 'rates.csv',
    });
  });

  it('gives the jurisdiction that is asked for', () => {
    const text = 'code,interrate,intrarate,ijrate\n1212,0.02,0.03,0.01\n1213,,0.03,\n';
    const rates = (jurisdiction: NonNullable<SheetOptions['jurisdiction']>) =>
      readSheet(text, { ...OPTIONS, jurisdiction }).rows.map((row) => row.rateMicrosPerMinute);
    expect(rates('interstate')).toEqual([20_000n]);
    expect(rates('intrastate')).toEqual([30_000n, 30_000n]);
    expect(rates('indeterminate')).toEqual([10_000n]);
    expect(rates('highest')).toEqual([30_000n, 30_000n]);
  });

  it.each([
    ['country code,code,rate\n44,4420,1\n44,4477,1\n', ['4420', '4477']],
    ['country code,code,rate\n44,20,1\n44,77,1\n', ['4420', '4477']],
    ['country code,code,rate\n44,20,1\n44,4420,1\n', ['4420', '444420']],
    ['country code,area codes,rate\n7,7,1\n7,,1\n', ['77', '7']],
  ])('tells codes that repeat the country from codes that follow it: %j', (text, prefixes) => {
    expect(readSheet(text, OPTIONS).rows.map(({ prefix }) => prefix)).toEqual(prefixes);
  });

  it('closes at its end date', () => {
    const text =
      'code,rate,increment,effective,end date,change\n44,,1/1,2025-01-01,2026-05-01,Closed';
    const [row] = readSheet(text, OPTIONS).rows;
    expect(row).toMatchObject({
      change: 'closed',
      effectiveAt: Date.UTC(2026, 4, 2),
      endsAt: null,
      isBlocked: false,
    });
  });

  it('tells how far it has come', () => {
    const shares: number[] = [];
    const text = `code,rate\n${'44,0.01\n'.repeat(12_000)}`;
    readSheet(text, { ...OPTIONS, onProgress: (share) => void shares.push(share) });
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual([...shares].sort((one, other) => one - other));
    expect(shares.length).toBeGreaterThan(2);
  });

  it('full of errors keeps its first thousand and counts the others', () => {
    const sheet = readSheet(`code,rate\n${'x,1\n'.repeat(3000)}`, OPTIONS);
    expect(sheet.counts.error).toBe(3000);
    expect(sheet.findings.filter(({ severity }) => severity === 'error')).toHaveLength(1000);
  });

  it('of any bytes whatever does not throw, and accounts for every row', () => {
    const cells = fc.constantFrom(
      '44',
      '0.1',
      '4477-4479',
      '"',
      '60/60',
      '1/2/2026',
      'x',
      '',
      '\0',
    );
    const lines = fc.array(fc.array(cells, { maxLength: 6 }), { maxLength: 20 });
    const texts = lines.map((rows) => rows.map((row) => row.join(',')).join('\n'));
    fc.assert(
      fc.property(fc.oneof(texts, fc.string({ unit: 'binary' })), (body) => {
        const sheet = readSheet(`code,rate,increment,effective\n${body}`, OPTIONS);
        const lines = new Set(sheet.rows.map(({ line }) => line));
        expect(lines.size).toBe(sheet.rowsFound - sheet.rowsLeftOut);
      }),
      { seed: 12, numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(readSheet(bytes, OPTIONS).rows).toEqual([]);
      }),
      { seed: 13, numRuns: 300 },
    );
  });
});
