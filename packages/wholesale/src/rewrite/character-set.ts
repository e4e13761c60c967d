import { type CharacterSet, PatternProblem } from './pattern.ts';

type Range = readonly [from: number, to: number];

const DIGIT: readonly Range[] = [[0x30, 0x39]];
const WORD: readonly Range[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const SPACE: readonly Range[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
];
const CLASSES: Readonly<Record<string, readonly Range[]>> = { d: DIGIT, w: WORD, s: SPACE };

/** Every character. */
export const anyCharacter: CharacterSet = { ranges: [], isNegated: true };

/** One character, either case if `ignoresCase`. */
export function oneCharacter(character: string, ignoresCase: boolean): CharacterSet {
  const forms = ignoresCase ? [character.toLowerCase(), character.toUpperCase()] : [character];
  const ranges = forms.map((form): Range => [form.charCodeAt(0), form.charCodeAt(0)]);
  return { ranges, isNegated: false };
}

/** What `\d`, `\D`, `\w`, `\W`, `\s` or `\S` stands for; undefined for any other letter. */
export function classOf(letter: string): CharacterSet | undefined {
  const ranges = CLASSES[letter.toLowerCase()];
  return ranges === undefined ? undefined : { ranges, isNegated: letter !== letter.toLowerCase() };
}

/** Whether a code unit belongs to a set. */
export function hasCharacter({ ranges, isNegated }: CharacterSet, code: number): boolean {
  for (const [from, to] of ranges) if (code >= from && code <= to) return !isNegated;
  return isNegated;
}

/** Reads `[…]` from behind its bracket: the set, and where the pattern goes on. */
export function readBrackets(
  text: string,
  start: number,
  ignoresCase: boolean,
): { readonly set: CharacterSet; readonly next: number } {
  const isNegated = text[start] === '^';
  const ranges: Range[] = [];
  let at = isNegated ? start + 1 : start;
  while (text[at] !== ']') {
    if (at >= text.length) throw new PatternProblem('a bracket [ is not closed');
    if (text[at] === '\\' && addClass(text[at + 1] ?? '', ranges)) {
      at += 2;
      continue;
    }
    const low = readMember(text, at);
    at = low.next;
    let { code: high } = low;
    if (text[at] === '-' && text[at + 1] !== ']' && at + 1 < text.length) {
      const end = readMember(text, at + 1);
      high = end.code;
      at = end.next;
    }
    if (high < low.code) throw new PatternProblem('a range inside [ ] runs backwards');
    ranges.push([low.code, high], ...(ignoresCase ? otherCase(low.code, high) : []));
  }
  if (ranges.length === 0) throw new PatternProblem('[] matches nothing');
  return { set: { ranges, isNegated }, next: at + 1 };
}

function addClass(letter: string, ranges: Range[]): boolean {
  const set = classOf(letter);
  if (set === undefined) return false;
  if (set.isNegated) throw new PatternProblem(`\\${letter} cannot stand inside [ ]`);
  ranges.push(...set.ranges);
  return true;
}

function readMember(text: string, at: number): { readonly code: number; readonly next: number } {
  const isEscaped = text[at] === '\\';
  const code = text.charCodeAt(isEscaped ? at + 1 : at);
  if (Number.isNaN(code)) throw new PatternProblem('a bracket [ is not closed');
  return { code, next: at + (isEscaped ? 2 : 1) };
}

function otherCase(low: number, high: number): Range[] {
  // Beyond ASCII a case may have two letters, and numbers have none.
  if (high >= 0x80) return [];
  const ranges: Range[] = [];
  for (let code = low; code <= high; code++) {
    const character = String.fromCharCode(code);
    for (const form of [character.toLowerCase(), character.toUpperCase()]) {
      if (form !== character) ranges.push([form.charCodeAt(0), form.charCodeAt(0)]);
    }
  }
  return ranges;
}
