import { describe, expect, it } from 'vitest';
import { decimalMarkOf, readAmount } from './cell-amount.ts';
import { changeInsteadOfRate, readChange, readFlag } from './cell-change.ts';
import { readCodes } from './cell-codes.ts';
import { readIncrements, readSeconds } from './cell-increments.ts';
import { dateOrderShownBy, readEnd, readInstant } from './cell-instant.ts';

describe('codes', () => {
  it.each([
    ['4420', ['4420']],
    ['+44 20', ['4420']],
    ['0044-20', ['4420']],
    ['(44) 20', ['4420']],
    ['1-684', ['1684']],
    ['1-212-555', ['1212555']],
    ['44-7', ['447']],
    ['44-20', ['4420']],
    ['377.0', ['377']],
    ['4477,4478;4479', ['4477', '4478', '4479']],
    ['4477/4478|4477', ['4477', '4478']],
    ['52 33,38', ['5233', '5238']],
    ['52 33, 38, 1 212, 213', ['5233', '5238', '1212', '1213']],
    ['52 33-35,38', ['5233', '5234', '5235', '5238']],
    ['4477-4479', ['4477', '4478', '4479']],
    ['4477–4478', ['4477', '4478']],
    ['4477 - 9', ['4477', '4478', '4479']],
    ['22507-22510', ['22507', '22508', '22509', '22510']],
    ['8108-8109,', ['8108', '8109']],
    ['default', ['']],
    ['*21#', ['*21#']],
  ])('%j are %j', (cell, codes) => {
    expect(readCodes(cell)).toEqual({ value: codes });
  });

  it.each([
    ['33,38', '52', ['5233', '5238']],
    ['33-35', '52', ['5233', '5234', '5235']],
    ['7', '7', ['77']],
    ['008-010', '20', ['20008', '20009', '20010']],
  ])('%j after country %s are %j', (cell, country, codes) => {
    expect(readCodes(cell, country)).toEqual({ value: codes });
  });

  it.each([
    ['', 'expected a code of digits, got none'],
    [',', 'expected a code of digits, got none'],
    ['44a', 'prefix is not made of digits, * and #: "44a"'],
    ['4.4E+11', 'a spreadsheet has rounded this code; format the column as text'],
    ['33-52', 'unclear whether this is a range, or 3352 with a dash in it'],
    ['4479-4477', 'a range that runs backwards'],
    ['100000-999999', 'a range of more than 10000 codes'],
    ['39 06, 3906', 'unclear whether 3906 stands alone or follows 39'],
    ['44,4x', 'prefix is not made of digits, * and #: "4x"'],
  ])('%j are refused', (cell, problem) => {
    expect(readCodes(cell)).toEqual({ problem });
  });
});

describe('an amount', () => {
  it.each([
    ['0.0125', '.', 12_500n],
    ['.05', '.', 50_000n],
    ['0,0125', ',', 12_500n],
    ['1.250,5', ',', 1_250_500_000n],
    ['1,250.50', '.', 1_250_500_000n],
    ['1,234', '.', 1_234_000_000n],
    ['1,234', ',', 1_234_000n],
    ['1.234', ',', 1_234_000_000n],
    ['1,234,567', '.', 1_234_567_000_000n],
    ['$ 0.02', '.', 20_000n],
    ['0.02 EUR', '.', 20_000n],
    ['€0,02', ',', 20_000n],
    ['1.2E-02', '.', 12_000n],
    ['2', 'mixed', 2_000_000n],
    ['0,02', 'mixed', 20_000n],
  ] as const)('%j with mark %j is %s micro-units', (cell, mark, micros) => {
    expect(readAmount(cell, mark)).toEqual({ value: micros });
  });

  it.each([
    ['', '.', 'expected an amount such as 0.0125'],
    ['12%', '.', 'expected an amount such as 0.0125'],
    ['1,2.3,4', '.', 'expected an amount such as 0.0125'],
    ['-1', '.', 'the amount is negative'],
    ['$-1', '.', 'the amount is negative'],
    ['1,234', 'mixed', 'unclear whether this is a decimal mark; other rows use both'],
    ['1e99', '.', 'the amount has more than 12 digits'],
  ] as const)('%j is refused', (cell, mark, problem) => {
    expect(readAmount(cell, mark)).toEqual({ problem });
  });

  it('of more than six decimals is rounded half up, with a remark', () => {
    const remark = 'more than six decimals: rounded half up';
    expect(readAmount('0.0000005', '.')).toEqual({ value: 1n, remark });
    expect(readAmount('0.00000049', '.')).toEqual({ value: 0n, remark });
  });

  it.each([
    [['0.1', '2'], '.'],
    [['0,1', '2'], ','],
    [['1,234'], ','],
    [['1,234', '0.5'], '.'],
    [['0,5', '0.5'], 'mixed'],
    [[], '.'],
  ])('%j show the mark %j', (cells, mark) => {
    expect(decimalMarkOf(cells)).toBe(mark);
  });
});

describe('increments', () => {
  it.each([
    ['60/60', 60, 60],
    ['30/6', 30, 6],
    ['1 / 1', 1, 1],
    ['60+1', 60, 1],
    ['60-1', 60, 1],
    ['6', 6, 6],
    ['60s', 60, 60],
    ['1m/6s', 60, 6],
    ['00:01:00', 60, 60],
    ['Per Min', 60, 60],
    ['per second', 1, 1],
  ])('%j are %i and %i', (cell, firstSeconds, nextSeconds) => {
    expect(readIncrements(cell)).toEqual({ value: { firstSeconds, nextSeconds } });
  });

  it.each(['', 'x', '60/x', '1/1/1', '6-Jun', 'Jun-06', '-1/1'])('%j are refused', (cell) => {
    expect(readIncrements(cell)).toHaveProperty('problem');
  });

  it('of one column are whole seconds', () => {
    expect(readSeconds('2 min')).toEqual({ value: 120 });
    expect(readSeconds('6.0')).toEqual({ value: 6 });
    expect(readSeconds('6.5')).toHaveProperty('problem');
  });
});

describe('a date', () => {
  const day = Date.UTC(2022, 7, 16);
  it.each([
    ['2022-08-16', day],
    ['2022/8/16', day],
    ['20220816', day],
    ['44789', day],
    ['16.08.2022', day],
    ['8/16/2022', day],
    ['16/8/22', day],
    ['16-Aug-2022', day],
    ['16 August 2022', day],
    ['Aug 16, 2022', day],
    ['2022-08-16T00:00:00Z', day],
    ['2022-08-16 00:00:00.000', day],
    ['2022-08-16 02:00:00+02', day],
    ['2022-08-15T19:00:00-05:00', day],
    ['8/16/2022 12:00:00 AM', day],
    ['16.08.2022 12:30 PM', day + 45_000_000],
    ['44789.5', day + 43_200_000],
  ])('%j is read', (cell, at) => {
    expect(readInstant(cell, undefined)).toEqual({ value: at });
  });

  it.each([
    ['8/9/2022', 'unclear which number is the day; say day first or month first'],
    ['31.04.2022', 'no such day'],
    ['29/02/2023', 'no such day'],
    ['16-Foo-2022', 'no such day'],
    ['2022-08-16 25:00', 'no such time of day'],
    ['1/1/1900', 'the year is not 1970 to 2100'],
    ['soon', 'expected a date such as 2026-01-31'],
    ['99999', 'expected a date such as 2026-01-31'],
  ])('%j is refused', (cell, problem) => {
    expect(readInstant(cell, undefined)).toEqual({ problem });
  });

  it('is not looked for in a cell that a broken quote has filled', () => {
    const cell = `1/1/2022 1:11${' '.repeat(90_000)}x`;
    expect(readInstant(cell, undefined)).toHaveProperty('problem');
    expect(dateOrderShownBy(cell)).toBeUndefined();
  });

  it('shows the order of all others only if it exists', () => {
    expect(dateOrderShownBy('8/16/2022')).toBe('monthFirst');
    expect(dateOrderShownBy('16-8-2022 10:00')).toBe('dayFirst');
    expect(dateOrderShownBy('31/4/2022')).toBeUndefined();
    expect(dateOrderShownBy('8/9/2022')).toBeUndefined();
    expect(dateOrderShownBy('16.08.2022')).toBeUndefined();
  });

  it('that ends a rate counts to its midnight, unless it has a time', () => {
    expect(readEnd('2022-08-15', undefined)).toEqual({ value: day });
    expect(readEnd('44788', undefined)).toEqual({ value: day });
    expect(readEnd('2022-08-16T00:00:00Z', undefined)).toEqual({ value: day });
    expect(readEnd('44789.25', undefined)).toEqual({ value: day + 21_600_000 });
  });
});

describe('a change', () => {
  it.each([
    ['No Change', 'unchanged'],
    ['INCREASE', 'increase'],
    ['decreased', 'decrease'],
    ['New', 'new'],
    ['Deleted', 'closed'],
    ['', undefined],
  ])('%j is %s', (cell, change) => {
    expect(readChange(cell)).toEqual({ value: change });
  });

  it('that nobody knows is none', () => {
    expect(readChange('Pending')).toEqual({ problem: 'an unknown kind of change' });
  });

  it('in place of a rate closes or blocks', () => {
    expect(['', 'N/A', '-', 'Blocked', 'closed', 'Increase', '0'].map(changeInsteadOfRate)).toEqual(
      ['blocked', 'blocked', 'blocked', 'blocked', 'closed', undefined, undefined],
    );
  });

  it('flags are yes or no', () => {
    expect(readFlag('Y')).toEqual({ value: true });
    expect(readFlag('')).toEqual({ value: false });
    expect(readFlag('perhaps')).toEqual({ problem: 'expected yes or no' });
  });
});
