import { PatternProblem } from './pattern.ts';
import { compilePattern, type Step } from './program.ts';
import { readPattern } from './read-pattern.ts';
import { type Captures, search } from './search.ts';

/** A piece of a replacement: text, or the number of a group (0 = the whole match). */
type Piece = string | number;

/** The longest text that a rule is run on, and that may come of it. */
const TEXT_MAX = 128;

/** What {@link readRewriteRule} made of a text: the rule, or a sentence saying what is wrong. */
export type ReadRule = { readonly rule: RewriteRule } | { readonly problem: string };

/**
 * A rule `s/pattern/replacement/flags`, run in linear time. The replacement takes `$1`, `${1}` or
 * `\1`, and `$0` or `$&` for the whole match; flags are `g` (everywhere) and `i` (either case).
 */
export class RewriteRule {
  readonly #steps: readonly Step[];
  readonly #slots: number;
  readonly #pieces: readonly Piece[];
  readonly #isEverywhere: boolean;

  /** @internal Made by {@link readRewriteRule}. */
  constructor(
    /** As it was written. */
    readonly source: string,
    steps: readonly Step[],
    groups: number,
    pieces: readonly Piece[],
    isEverywhere: boolean,
  ) {
    this.#steps = steps;
    this.#slots = (groups + 1) * 2;
    this.#pieces = pieces;
    this.#isEverywhere = isEverywhere;
  }

  /** The text after the rule; unchanged where it does not match, or is longer than any number. */
  apply(text: string): string {
    if (text.length > TEXT_MAX) return text;
    let result = '';
    let done = 0;
    for (let at = 0; at <= text.length;) {
      const found = search(this.#steps, this.#slots, text, at);
      if (found === undefined) break;
      const [start, end] = [found[0]!, found[1]!];
      result += text.slice(done, start) + this.#replacement(text, found);
      done = end;
      if (!this.#isEverywhere) break;
      // A match of nothing is passed by one character, or it would be found for ever.
      at = end > start ? end : end + 1;
    }
    return (result + text.slice(done)).slice(0, TEXT_MAX);
  }

  #replacement(text: string, found: Captures): string {
    return this.#pieces
      .map((piece) => {
        if (typeof piece === 'string') return piece;
        const start = found[piece * 2]!;
        return start < 0 ? '' : text.slice(start, found[piece * 2 + 1]);
      })
      .join('');
  }
}

/** Reads a rule. Never throws: what cannot be run in linear time is a problem with its reason. */
export function readRewriteRule(source: string): ReadRule {
  try {
    const { pattern, replacement, flags } = split(source);
    const read = readPattern(pattern, flags.includes('i'));
    const pieces = readReplacement(replacement, read.groups);
    const steps = compilePattern(read.pattern);
    return { rule: new RewriteRule(source, steps, read.groups, pieces, flags.includes('g')) };
  } catch (error) {
    if (error instanceof PatternProblem) return { problem: error.message };
    throw error;
  }
}

function split(source: string): { pattern: string; replacement: string; flags: string } {
  const delimiter = source[1] ?? '';
  if (source[0] !== 's' || !/^[^\w\s\\]$/.test(delimiter)) {
    throw new PatternProblem('expected s/pattern/replacement/');
  }
  const fields = [''];
  for (let at = 2; at < source.length; at++) {
    const character = source[at]!;
    if (character === '\\' && source[at + 1] === delimiter) {
      fields.push(`${fields.pop()}${delimiter === '/' ? '' : '\\'}${delimiter}`);
      at++;
    } else if (character === '\\' && at + 1 < source.length) {
      fields.push(`${fields.pop()}\\${source[++at]}`);
    } else if (character === delimiter) fields.push('');
    else fields.push(`${fields.pop()}${character}`);
  }
  const [pattern = '', replacement = '', flags = ''] = fields;
  if (fields.length !== 3) {
    throw new PatternProblem(`expected s${delimiter}pattern${delimiter}replacement${delimiter}`);
  }
  if (!/^(g?i?|ig)$/.test(flags)) throw new PatternProblem(`flags are g and i, not ${flags}`);
  return { pattern, replacement, flags };
}

const REFERENCE = /\$\$|\$&|\$(\d)|\$\{(\d{1,2})\}|\\(\d)|\\(.)/y;

function readReplacement(text: string, groups: number): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < text.length;) {
    REFERENCE.lastIndex = at;
    const match = REFERENCE.exec(text);
    if (match === null) {
      pieces.push(text[at++]!);
      continue;
    }
    at += match[0].length;
    const group = match[1] ?? match[2] ?? match[3];
    if (match[0] === '$$') pieces.push('$');
    else if (match[0] === '$&') pieces.push(0);
    else if (group === undefined) pieces.push(match[4]!);
    else if (Number(group) <= groups) pieces.push(Number(group));
    else throw new PatternProblem(`the replacement names group ${group}; there are ${groups}`);
  }
  return pieces;
}
