import { describe, expect, test } from 'vitest';
import { CountryFinder } from './country-finder.ts';
import { behindPrefix, routingNumber, withoutSeparators } from './dialled-number.ts';
import { CompiledWindow, type TimeWindow } from './time-window.ts';
import { isZone, ZoneClock } from './zone-clock.ts';

describe('a dialled number', () => {
  test.each([
    ['+49 (30) 12-34', '49301234'],
    ['0049301234', '49301234'],
    ['49.30.1234', '49301234'],
    ['*100#', '*100#'],
    ['bob', undefined],
    ['', undefined],
    ['+', undefined],
    ['4930x', undefined],
    ['++49', undefined],
    ['1'.repeat(33), undefined],
  ])('%s is routed as %s', (raw, expected) => {
    expect(routingNumber(withoutSeparators(raw), '00')).toBe(expected);
  });

  test('another international prefix is another, and none is none', () => {
    expect(routingNumber('01149301', '011')).toBe('49301');
    expect(routingNumber('0049301', '')).toBe('0049301');
  });

  test('a trunk’s prefix goes, with a + before it or without', () => {
    expect(behindPrefix('9+49', '9')).toBe('+49');
    expect(behindPrefix('+949', '9')).toBe('49');
    expect(behindPrefix('1234#49', '1234#')).toBe('49');
    expect(behindPrefix('49', '9')).toBeUndefined();
    expect(behindPrefix('49', '')).toBe('49');
  });
});

describe('a time window', () => {
  const has = (part: Partial<TimeWindow>, at: string): boolean => {
    const window = { days: [], from: '08:00', to: '18:00', zone: 'Europe/Berlin', ...part };
    return new CompiledWindow(window, new ZoneClock(window.zone)).has(Date.parse(at));
  };

  test.each<[string, Partial<TimeWindow>, string, boolean]>([
    ['winter, first minute', {}, '2026-01-15T07:00:00Z', true],
    ['winter, the minute before', {}, '2026-01-15T06:59:59Z', false],
    ['winter, the end is outside', {}, '2026-01-15T17:00:00Z', false],
    ['summer time is an hour earlier in UTC', {}, '2026-07-15T06:00:00Z', true],
    ['summer, UTC winter hour is past the end', {}, '2026-07-15T16:00:00Z', false],
    [
      'the skipped hour does not exist',
      { from: '02:00', to: '03:00' },
      '2026-03-29T01:00:00Z',
      false,
    ],
    ['the repeated hour comes first', { from: '02:00', to: '03:00' }, '2026-10-25T00:30:00Z', true],
    ['the repeated hour comes twice', { from: '02:00', to: '03:00' }, '2026-10-25T01:30:00Z', true],
    ['and not a third time', { from: '02:00', to: '03:00' }, '2026-10-25T02:30:00Z', false],
    ['half-hour zone', { zone: 'Asia/Kolkata' }, '2026-01-15T02:30:00Z', true],
    ['half-hour zone before', { zone: 'Asia/Kolkata' }, '2026-01-15T02:29:00Z', false],
    ['half-hour summer time', { zone: 'Australia/Lord_Howe' }, '2026-01-14T21:00:00Z', true],
    ['on its day', { days: ['thu'] }, '2026-01-15T12:00:00Z', true],
    ['on another day', { days: ['fri'] }, '2026-01-15T12:00:00Z', false],
    [
      'past midnight, evening',
      { from: '22:00', to: '06:00', days: ['thu'] },
      '2026-01-15T22:00:00Z',
      true,
    ],
    [
      'past midnight, morning after',
      { from: '22:00', to: '06:00', days: ['thu'] },
      '2026-01-16T04:59:00Z',
      true,
    ],
    [
      'past midnight, morning of the day',
      { from: '22:00', to: '06:00', days: ['thu'] },
      '2026-01-15T04:59:00Z',
      false,
    ],
    ['past midnight, by noon', { from: '22:00', to: '06:00' }, '2026-01-15T12:00:00Z', false],
    ['until 24:00', { to: '24:00' }, '2026-01-15T22:59:00Z', true],
    ['equal ends: all day', { from: '00:00', to: '00:00' }, '2026-01-15T12:00:00Z', true],
    [
      'a day of the zone, not of UTC',
      { zone: 'Pacific/Auckland', days: ['fri'] },
      '2026-01-15T20:00:00Z',
      true,
    ],
  ])('%s', (_, part, at, expected) => {
    expect(has(part, at)).toBe(expected);
  });

  test('zones are names that the system knows', () => {
    expect(['Europe/Berlin', 'UTC', 'Asia/Kathmandu'].every(isZone)).toBe(true);
    expect(['Europe/Atlantis', '+08:00', '', '8'].some(isZone)).toBe(false);
  });
});

describe('the country of a number', () => {
  const finder = new CountryFinder();
  test.each([
    ['493012345678', 'DE'],
    ['12125550100', 'US'],
    ['14165550100', 'CA'],
    ['18765550100', 'JM'],
    ['187655501001', 'JM'],
    ['15551234567', 'US'],
    ['79161234567', 'RU'],
    ['77011234567', 'KZ'],
    ['447400123456', 'GB'],
    ['447911123456', 'GG'],
    ['441534123456', 'JE'],
    ['393331234567', 'IT'],
    ['881612345678', undefined],
    ['0', undefined],
    ['999123', undefined],
    ['*100', undefined],
  ])('%s is %s', (number, country) => {
    expect(finder.countryOf(number)).toBe(country);
    expect(finder.countryOf(number)).toBe(country);
  });
});
