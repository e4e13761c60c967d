import { translateBracket } from './posix-bracket.ts';

/*
 * POSIX basic expressions as glibc's regcomp reads them, written as JavaScript's:
 *
 *   \( \)  group      \{m,n\}  interval      \1..\9  back reference to a closed group
 *   \+ \? \|  (GNU)   ( ) { } + ? |  are plain characters
 *   *  is plain at the start of an expression, group or alternative
 *   ^ and $  are anchors only at the start and end of those
 */

/** Repetitions that one interval may ask for: glibc's RE_DUP_MAX. */
const REPEAT_MAX = 32_767;

/** Of GNU's own: words and the ends of the text. */
const GNU_ESCAPES: Readonly<Record<string, string>> = {
  w: '\\w',
  W: '\\W',
  s: '\\s',
  S: '\\S',
  b: '\\b',
  B: '\\B',
  '<': '\\b(?=\\w)',
  '>': '\\b(?<=\\w)',
  '`': '^',
  "'": '$',
};

/**
 * Compiles a POSIX basic expression, case-sensitive and unanchored unless it anchors itself.
 * The text of the fault if it is none, for the conf's error. Empty never matches (as in Yate).
 */
export function compileBasic(expression: string): RegExp | string {
  if (expression === '') return /(?!)/;
  try {
    return new RegExp(new Translator(expression).translate(), 's');
  } catch (fault) {
    return fault instanceof Error ? fault.message : String(fault);
  }
}

/** What has been read of one group, or of the whole expression. */
interface Level {
  /** Whole atoms, so that a repetition applies to just the last one. */
  readonly atoms: string[];
  /** The number of the group; 0 for the whole expression. */
  readonly group: number;
  /** Nothing has been read since its start, or since the last `\|`. */
  isStart: boolean;
  /** The last atom is repeated already: a further repetition applies to all of it. */
  isRepeated: boolean;
}

class Translator {
  readonly #text: string;
  readonly #levels: Level[] = [makeLevel(0)];
  readonly #closed = new Set<number>();
  #groups = 0;
  #index = 0;

  constructor(text: string) {
    this.#text = text;
  }

  translate(): string {
    while (this.#index < this.#text.length) this.#next();
    if (this.#levels.length > 1) throw new Error('a group that is not closed');
    return this.#level.atoms.join('');
  }

  get #level(): Level {
    return this.#levels.at(-1)!;
  }

  #next(): void {
    const character = this.#text[this.#index++]!;
    if (character === '\\') this.#escaped();
    else if (character === '[') this.#bracket();
    else if (character === '*' && !this.#level.isStart) this.#repeat('*');
    else if (character === '^' && this.#level.isStart) this.#level.atoms.push('^');
    else if (character === '$' && this.#isEnd()) this.#level.atoms.push('$');
    else this.#atom(character === '.' ? '.' : plain(character));
  }

  #escaped(): void {
    const character = this.#text[this.#index++];
    if (character === undefined) throw new Error('a backslash at the end');
    if (character === '(') this.#levels.push(makeLevel(++this.#groups));
    else if (character === ')') this.#closeGroup();
    else if (character === '|') this.#alternative();
    else if (character === '{') this.#interval();
    else if (character === '+' || character === '?') {
      if (this.#level.isStart) this.#atom(plain(character));
      else this.#repeat(character);
    } else if (/[1-9]/.test(character)) this.#backReference(Number(character));
    else this.#atom(GNU_ESCAPES[character] ?? plain(character));
  }

  #bracket(): void {
    const { pattern, end } = translateBracket(this.#text, this.#index);
    this.#index = end;
    this.#atom(pattern);
  }

  #closeGroup(): void {
    if (this.#levels.length === 1) throw new Error('a group is closed that was not opened');
    const { atoms, group } = this.#levels.pop()!;
    this.#closed.add(group);
    this.#atom(`(${atoms.join('')})`);
  }

  #alternative(): void {
    const level = this.#level;
    level.atoms.push('|');
    level.isStart = true;
    level.isRepeated = false;
  }

  #interval(): void {
    const match = /^(\d*)(,?)(\d*)\\\}/.exec(this.#text.slice(this.#index));
    if (match === null) throw new Error('an interval that is none');
    const [whole, from = '', comma, to = ''] = match;
    if (this.#level.isStart) throw new Error('an interval that repeats nothing');
    const [least, most] = [Number(from), to === '' ? undefined : Number(to)];
    if (from === '' && comma === '') throw new Error('an empty interval');
    if (Math.max(least, most ?? 0) > REPEAT_MAX || (most !== undefined && most < least)) {
      throw new Error(`an interval out of bounds: ${from}${comma}${to}`);
    }
    this.#index += whole.length;
    this.#repeat(`{${least}${comma}${to}}`);
  }

  #backReference(group: number): void {
    if (!this.#closed.has(group)) throw new Error(`\\${group} refers to no group before it`);
    this.#atom(`(?:\\${group})`);
  }

  #atom(pattern: string): void {
    this.#level.atoms.push(pattern);
    this.#level.isStart = false;
    this.#level.isRepeated = false;
  }

  #repeat(repetition: string): void {
    const level = this.#level;
    const last = level.atoms.pop()!;
    level.atoms.push((level.isRepeated ? `(?:${last})` : last) + repetition);
    level.isRepeated = true;
  }

  #isEnd(): boolean {
    const rest = this.#text.slice(this.#index);
    return rest === '' || rest.startsWith('\\)') || rest.startsWith('\\|');
  }
}

function makeLevel(group: number): Level {
  return { atoms: [], group, isStart: true, isRepeated: false };
}

function plain(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`);
}
