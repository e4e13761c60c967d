import { prefixProblem } from '@tandem/rating';
import type { Reading } from './reading.ts';

/** Prefixes that one cell may stand for. */
export const CODES_MAX = 10_000;

const EVERY_NUMBER = /^(default|any|all|other|others|rest|\*any)$/i;
/** Ends of a range shorter than this may as well be a country code and an area code. */
const CLEAR_RANGE_LENGTH = 4;

/**
 * Reads the codes of one cell, as price lists write them: `4420`, `+44 20`, `0044-20`, lists parted
 * by `,` `;` `/` `|` or line breaks, ranges `4477-4479` (also `4477-9`), and a country code before the first
 * area code of a list: `52 33,38` is 5233 and 5238. A dash that can be nothing else is a mere mark
 * (`1-684`, `44-20`). "default" is the prefix "". `country` are the
 * digits from a column of their own, put before every code.
 */
export function readCodes(cell: string, country = ''): Reading<readonly string[]> {
  const text = cell
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/\s*[\r\n]+\s*/g, ';')
    .replace(/\s+/g, ' ')
    .trim();
  if (EVERY_NUMBER.test(text)) return { value: [''] };
  if (/^\d+(\.\d+)?e\+?\d+$/i.test(text)) {
    return { problem: 'a spreadsheet has rounded this code; format the column as text' };
  }
  const items = text
    .split(/[,;/|]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
  const codes = new Set<string>();
  let head = country;
  for (const [at, item] of items.entries()) {
    const parted = partsOf(item, items.length > 1 && country === '');
    if (parted.head !== '') head = parted.head;
    const isAlone =
      at > 0 && head !== country && item.length > head.length && item.startsWith(head);
    if (isAlone && parted.head === '') {
      return { problem: `unclear whether ${item} stands alone or follows ${head}` };
    }
    const read = readItem(parted.rest, head);
    if ('problem' in read) return read;
    for (const code of read.value) codes.add(code);
    if (codes.size > CODES_MAX) return { problem: `more than ${CODES_MAX} codes in one cell` };
  }
  if (codes.size === 0) return { problem: 'expected a code of digits, got none' };
  return { value: [...codes] };
}

/** In a list, what stands before an item's last space is the country code of all that follow. */
function partsOf(item: string, isList: boolean): { readonly head: string; readonly rest: string } {
  const joined = item.replace(/ ?- ?/g, '-');
  const space = joined.lastIndexOf(' ');
  if (!isList || space < 0) return { head: '', rest: item };
  return { head: digitsOf(joined.slice(0, space)), rest: joined.slice(space + 1) };
}

function readItem(item: string, head: string): Reading<readonly string[]> {
  const ends = item.split('-').map((end) => (head === '' ? digitsOf(end) : bareOf(end)));
  const [first = '', last = ''] = ends;
  if (ends.length === 2 && /^\d+$/.test(first) && /^\d+$/.test(last)) {
    const isPair = last.length === first.length;
    const isClear = head !== '' || first.length >= CLEAR_RANGE_LENGTH;
    if (isPair && isClear && first > last) return { problem: 'a range that runs backwards' };
    if (isPair && !isClear && first <= last) {
      return { problem: `unclear whether this is a range, or ${first}${last} with a dash in it` };
    }
    if (isPair ? isClear : isShortEnd(first, last)) {
      return readRange(head, first, first.slice(0, -last.length) + last);
    }
  }
  const code = head + ends.join('');
  const problem = code === '' ? 'expected a code of digits, got none' : prefixProblem(code);
  return problem === undefined ? { value: [code] } : { problem };
}

/** `4477-9`: the end repeats only the last digits. `44-7` is a country and an area code. */
function isShortEnd(first: string, last: string): boolean {
  if (first.length < CLEAR_RANGE_LENGTH || last.length > first.length) return false;
  return first.slice(-last.length) < last;
}

function readRange(head: string, first: string, last: string): Reading<readonly string[]> {
  const count = BigInt(last) - BigInt(first) + 1n;
  if (count > CODES_MAX) return { problem: `a range of more than ${CODES_MAX} codes` };
  const value = Array.from({ length: Number(count) }, (_, step) => {
    return head + String(BigInt(first) + BigInt(step)).padStart(first.length, '0');
  });
  const problem = prefixProblem(value[0] ?? '');
  if (problem !== undefined) return { problem };
  return { value };
}

/** A code without the marks of an international number. */
function digitsOf(text: string): string {
  return bareOf(text)
    .replace(/^\+/, '')
    .replace(/^00(?=\d)/, '');
}

/** A code without spaces, brackets, or the `.0` of a spreadsheet. */
function bareOf(text: string): string {
  return text.replace(/[\s()]/g, '').replace(/^(\d+)\.0+$/, '$1');
}
