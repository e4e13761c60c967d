import { anyCharacter, classOf, oneCharacter, readBrackets } from './character-set.ts';
import { isUnbounded, type Pattern, PatternProblem } from './pattern.ts';

/** The longest pattern. */
const LENGTH_MAX = 200;
/** The largest count in `{…}`. */
const COUNT_MAX = 64;
/** How deep groups may nest. */
const DEPTH_MAX = 16;

/** A pattern, and how many groups it captures. */
export interface ReadPattern {
  readonly pattern: Pattern;
  readonly groups: number;
}

/**
 * Reads a regular expression of the kind that runs in linear time: characters, `.`, `[…]`, `\d`,
 * `\w`, `\s`, `^`, `$`, groups, `|`, `* + ? {m,n}` greedy or lazy. Back references, look-around
 * and a repeat inside a repeat would need backtracking. @throws PatternProblem naming what is wrong
 */
export function readPattern(text: string, ignoresCase: boolean): ReadPattern {
  if (text.length > LENGTH_MAX) {
    throw new PatternProblem(`a pattern has at most ${LENGTH_MAX} characters`);
  }
  const reader = new PatternReader(text, ignoresCase);
  const pattern = reader.readAll();
  return { pattern, groups: reader.groups };
}

class PatternReader {
  readonly #text: string;
  readonly #ignoresCase: boolean;
  #at = 0;
  #depth = 0;
  groups = 0;

  constructor(text: string, ignoresCase: boolean) {
    this.#text = text;
    this.#ignoresCase = ignoresCase;
  }

  readAll(): Pattern {
    const pattern = this.#choice();
    if (this.#at < this.#text.length) throw new PatternProblem('a ) has no (');
    return pattern;
  }

  #choice(): Pattern {
    const parts = [this.#sequence()];
    while (this.#text[this.#at] === '|') {
      this.#at++;
      parts.push(this.#sequence());
    }
    return parts.length === 1 ? parts[0]! : { kind: 'choice', parts };
  }

  #sequence(): Pattern {
    const parts: Pattern[] = [];
    for (;;) {
      const next = this.#text[this.#at];
      if (next === undefined || next === '|' || next === ')') return { kind: 'sequence', parts };
      parts.push(this.#repeated(this.#piece()));
    }
  }

  #piece(): Pattern {
    const character = this.#text[this.#at++]!;
    switch (character) {
      case '^':
        return { kind: 'start' };
      case '$':
        return { kind: 'end' };
      case '.':
        return { kind: 'set', set: anyCharacter };
      case '[':
        return this.#brackets();
      case '(':
        return this.#group();
      case '\\':
        return this.#escape();
      case '*':
      case '+':
      case '?':
        throw new PatternProblem(`${character} has nothing before it to repeat`);
      default:
        return { kind: 'set', set: oneCharacter(character, this.#ignoresCase) };
    }
  }

  #brackets(): Pattern {
    const { set, next } = readBrackets(this.#text, this.#at, this.#ignoresCase);
    this.#at = next;
    return { kind: 'set', set };
  }

  #escape(): Pattern {
    const letter = this.#text[this.#at++];
    if (letter === undefined) throw new PatternProblem('a \\ stands at the end');
    if (/[1-9]/.test(letter)) throw new PatternProblem(`\\${letter} would need backtracking`);
    const set = classOf(letter);
    if (set !== undefined) return { kind: 'set', set };
    if (/[A-Za-z0]/.test(letter)) throw new PatternProblem(`\\${letter} is not supported`);
    return { kind: 'set', set: oneCharacter(letter, false) };
  }

  #group(): Pattern {
    if (++this.#depth > DEPTH_MAX) throw new PatternProblem('groups nest too deeply');
    let index = 0;
    if (this.#text[this.#at] === '?') {
      if (this.#text[this.#at + 1] !== ':') {
        throw new PatternProblem('look-around and named groups would need backtracking');
      }
      this.#at += 2;
    } else index = ++this.groups;
    const part = this.#choice();
    if (this.#text[this.#at++] !== ')') throw new PatternProblem('a ( is not closed');
    this.#depth--;
    return index === 0 ? part : { kind: 'group', part, index };
  }

  #repeated(part: Pattern): Pattern {
    const count = this.#count();
    if (count === undefined) return part;
    if (part.kind === 'start' || part.kind === 'end') {
      throw new PatternProblem('^ and $ cannot be repeated');
    }
    const isGreedy = this.#text[this.#at] !== '?';
    if (!isGreedy) this.#at++;
    if (/[*+?]/.test(this.#text[this.#at] ?? '')) {
      throw new PatternProblem('a repeat of a repeat would backtrack');
    }
    if (count.max > 1 && isUnbounded(part)) {
      throw new PatternProblem('a repeat inside a repeated group would backtrack');
    }
    return { kind: 'repeat', part, ...count, isGreedy };
  }

  #count(): { readonly min: number; readonly max: number } | undefined {
    const next = this.#text[this.#at];
    if (next === '*' || next === '+' || next === '?') {
      this.#at++;
      return { min: next === '+' ? 1 : 0, max: next === '?' ? 1 : Infinity };
    }
    if (next !== '{') return undefined;
    const match = /^\{(\d{1,3})(,(\d{0,3}))?\}/.exec(this.#text.slice(this.#at));
    if (match === null) throw new PatternProblem('expected {count} or {least,most}');
    this.#at += match[0].length;
    const min = Number(match[1]);
    const open = match[3] === '' ? Infinity : Number(match[3]);
    const max = match[2] === undefined ? min : open;
    if (max < min || min > COUNT_MAX || (max !== Infinity && max > COUNT_MAX)) {
      throw new PatternProblem(`{${min},${max}} is not within 0 to ${COUNT_MAX}`);
    }
    return { min, max };
  }
}
