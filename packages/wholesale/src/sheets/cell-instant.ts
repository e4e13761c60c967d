import type { Reading } from './reading.ts';

/** Which of two numbers in `8/16/2022` is the day. */
export type DateOrder = 'dayFirst' | 'monthFirst';

const MS_PER_DAY = 86_400_000;
/** Spreadsheets count days from 30 December 1899; this many lie before 1970. */
const SERIAL_OF_1970 = 25_569;
const SERIAL_OF_2100 = 73_051;
/** No date is longer; patterns are not tried on what a broken quote has swallowed. */
const TEXT_LENGTH_MAX = 40;
const YEAR_MIN = 1970;
const YEAR_MAX = 2100;

const ISO = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
const DOTTED = /^(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})$/;
const SLASHED = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})$/;
const DAY_NAMED = /^(\d{1,2})(?:st|nd|rd|th)?[-/ .]*([a-z]{3,9})[-/ .,]*(\d{4}|\d{2})$/i;
const MONTH_NAMED = /^([a-z]{3,9})[-/ .]*(\d{1,2})(?:st|nd|rd|th)?[-/ .,]+(\d{4}|\d{2})$/i;
const TIME =
  /(?:[T ]|, )(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([ap]m)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i;
const SERIAL = /^\d{5}(?:\.\d+)?$/;
/** 31 December 9999, or 2999, in the forms above; 2958465 is that day in a spreadsheet. */
const NEVER =
  /^(?:[29]999[-/.]?12[-/.]?31(?:[T ][\d:.]+Z?)?|(?:31[-/. ](?:12|dec)|12[-/. ]31)[-/. ][29]999(?: [\d:]+)?|2958465(?:\.\d+)?)$/i;
const WEEKDAY = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}[,. ]+/i;
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** The order that one date shows by itself: a number above 12 is a day, if there is such a day. */
export function dateOrderShownBy(cell: string): DateOrder | undefined {
  if (cell.length > TEXT_LENGTH_MAX) return undefined;
  const match = SLASHED.exec(cell.replace(TIME, '').trim());
  if (match === null) return undefined;
  const order = Number(match[1]) > 12 ? 'dayFirst' : 'monthFirst';
  if (order === 'monthFirst' && Number(match[2]) <= 12) return undefined;
  return 'problem' in readSlashed(match, order) ? undefined : order;
}

/** The day that a spreadsheet's bare number stands for, epoch ms, if it is one. */
export function serialDayOf(cell: string): number | undefined {
  const serial = SERIAL.test(cell) ? Number(cell) : 0;
  if (serial < SERIAL_OF_1970 || serial > SERIAL_OF_2100) return undefined;
  return Math.round((serial - SERIAL_OF_1970) * MS_PER_DAY);
}

/**
 * Reads a date, with or without a time of day, as epoch ms; UTC unless the cell names an offset.
 * ISO 8601, `16.08.2022`, `16-Aug-2022`, `Aug 16, 2022`, `20220816`, days of a spreadsheet
 * (`44789`), and numbers with slashes, of which `order` says where the day stands. A date that
 * can be read in two ways, with no order given, is refused.
 */
export function readInstant(cell: string, order: DateOrder | undefined): Reading<number> {
  if (cell.length > TEXT_LENGTH_MAX) return { problem: 'expected a date such as 2026-01-31' };
  const text = cell.trim().replace(WEEKDAY, '');
  const serialDay = serialDayOf(text);
  if (serialDay !== undefined) return { value: serialDay };
  const time = TIME.exec(text);
  const day = readDay((time === null ? text : text.slice(0, time.index)).trim(), order);
  if ('problem' in day || time === null) return day;
  const timeMs = timeOfDayMs(time);
  return timeMs === undefined ? { problem: 'no such time of day' } : { value: day.value + timeMs };
}

/**
 * Reads the end of a rate as {@link readInstant} does; a bare day counts to its midnight, for that
 * is what people mean by an end date. Where a successor begins on that day, it wins anyway. The
 * last day that a database or a spreadsheet knows means that there is no end: null.
 */
export function readEnd(cell: string, order: DateOrder | undefined): Reading<number | null> {
  if (NEVER.test(cell.trim())) return { value: null };
  const read = readInstant(cell, order);
  const isBareDay = !TIME.test(cell) && !/^\d{5}\.\d*[1-9]/.test(cell);
  return 'problem' in read || !isBareDay ? read : { value: read.value + MS_PER_DAY };
}

function readDay(text: string, order: DateOrder | undefined): Reading<number> {
  const yearFirst = ISO.exec(text) ?? COMPACT.exec(text);
  if (yearFirst !== null) return dayOf(yearFirst[1], Number(yearFirst[2]), yearFirst[3]);
  const dotted = DOTTED.exec(text);
  if (dotted !== null) return dayOf(dotted[3], Number(dotted[2]), dotted[1]);
  const slashed = SLASHED.exec(text);
  if (slashed !== null) return readSlashed(slashed, order);
  const dayNamed = DAY_NAMED.exec(text);
  if (dayNamed !== null) return dayOf(dayNamed[3], monthOf(dayNamed[2]), dayNamed[1]);
  const monthNamed = MONTH_NAMED.exec(text);
  if (monthNamed !== null) return dayOf(monthNamed[3], monthOf(monthNamed[1]), monthNamed[2]);
  return { problem: 'expected a date such as 2026-01-31' };
}

function readSlashed(match: RegExpExecArray, order: DateOrder | undefined): Reading<number> {
  const [, first = '', second = '', year] = match;
  const known = Number(first) > 12 ? 'dayFirst' : Number(second) > 12 ? 'monthFirst' : order;
  if (known === undefined && Number(first) !== Number(second)) {
    return { problem: 'unclear which number is the day; say day first or month first' };
  }
  return known === 'monthFirst'
    ? dayOf(year, Number(first), second)
    : dayOf(year, Number(second), first);
}

function dayOf(yearText = '', month: number, dayText = ''): Reading<number> {
  const year = yearText.length === 2 ? 2000 + Number(yearText) : Number(yearText);
  const at = new Date(Date.UTC(year, month - 1, Number(dayText)));
  const isReal = at.getUTCMonth() === month - 1 && at.getUTCDate() === Number(dayText);
  if (!isReal) return { problem: 'no such day' };
  if (year < YEAR_MIN || year > YEAR_MAX) return { problem: 'the year is not 1970 to 2100' };
  return { value: at.getTime() };
}

function monthOf(name = ''): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

function timeOfDayMs(match: RegExpExecArray): number | undefined {
  const [, hourText = '', minuteText = '', secondText = '0', half = '', zone = ''] = match;
  const isAfternoon = /^p/i.test(half);
  const hour = half === '' ? Number(hourText) : (Number(hourText) % 12) + (isAfternoon ? 12 : 0);
  if (hour > 23 || Number(minuteText) > 59 || Number(secondText) > 59) return undefined;
  const offset = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  const offsetMinutes = Number(offset?.[2] ?? 0) * 60 + Number(offset?.[3] ?? 0);
  const eastMinutes = offset?.[1] === '-' ? -offsetMinutes : offsetMinutes;
  return (hour * 3600 + (Number(minuteText) - eastMinutes) * 60 + Number(secondText)) * 1000;
}
