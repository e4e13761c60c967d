import type { Change } from './rate-row.ts';
import type { Reading } from './reading.ts';

const CHANGES: ReadonlyMap<string, Change> = new Map<string, Change>([
  ...of('new', 'new add added addition newcode opened n'),
  ...of('increase', 'increase increased up raise raised higher i'),
  ...of('decrease', 'decrease decreased down lower lowered reduced reduction d'),
  ...of('unchanged', 'nochange unchanged same nochanges current existing active remains stable u'),
  ...of(
    'closed',
    'closed close closing delete deleted deletion remove removed discontinued ended end withdrawn',
  ),
  ...of('blocked', 'blocked block barred bar suspended suspend forbidden notavailable unavailable'),
]);

const YES = /^(1|y|yes|true|t|x|on|blocked|barred)$/i;
const NO = /^(0|n|no|false|f|off|-|)$/i;

/** Reads the column of changes; "" says nothing. */
export function readChange(cell: string): Reading<Change | undefined> {
  const word = plain(cell);
  if (word === '') return { value: undefined };
  const change = CHANGES.get(word);
  return change === undefined ? { problem: 'an unknown kind of change' } : { value: change };
}

/** Reads a flag; an empty cell is no. */
export function readFlag(cell: string): Reading<boolean> {
  if (YES.test(cell)) return { value: true };
  return NO.test(cell) ? { value: false } : { problem: 'expected yes or no' };
}

/** What stands where a price should be and means that there is none. */
export function changeInsteadOfRate(cell: string): Change | undefined {
  if (/^(n\/?a|none|-+|)$/i.test(cell)) return 'blocked';
  const change = CHANGES.get(plain(cell));
  return change === 'closed' || change === 'blocked' ? change : undefined;
}

function plain(cell: string): string {
  return cell.toLowerCase().replace(/[^a-z]/g, '');
}

function of(change: Change, names: string): [string, Change][] {
  return names.split(' ').map((name) => [name, change]);
}
