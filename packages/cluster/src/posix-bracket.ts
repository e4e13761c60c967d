const CLASSES: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e',
  space: ' \\t\\n\\r\\f\\v',
  upper: 'A-Z',
  xdigit: 'A-Fa-f0-9',
};

/**
 * The bracket expression whose inside begins at `start`, in JavaScript's form, and where the
 * text goes on behind it. A `]` right after `[` or `[^` is a member, a backslash is itself, and
 * classes, equivalences and collating symbols hold brackets of their own.
 * @throws Error for one that is not closed or names an unknown class
 */
export function translateBracket(text: string, start: number): { pattern: string; end: number } {
  let index = start;
  const isNegated = text[index] === '^';
  if (isNegated) index++;
  let members = '';
  for (let isFirst = true; ; isFirst = false) {
    const character = text[index];
    if (character === undefined) throw new Error('a bracket that is not closed');
    if (character === ']' && !isFirst) break;
    const kind = character === '[' ? text[index + 1] : undefined;
    if (kind === ':' || kind === '.' || kind === '=') {
      const close = text.indexOf(`${kind}]`, index + 2);
      if (close < 0) throw new Error('a bracket that is not closed');
      members += named(kind, text.slice(index + 2, close));
      index = close + 2;
    } else {
      members += character === '-' && isRange(text, index, isFirst) ? '-' : member(character);
      index++;
    }
  }
  return { pattern: `[${isNegated ? '^' : ''}${members}]`, end: index + 1 };
}

/** A dash stands for itself at either end; elsewhere it makes a range. */
function isRange(text: string, index: number, isFirst: boolean): boolean {
  return !isFirst && text[index + 1] !== ']';
}

function named(kind: string, name: string): string {
  if (kind !== ':') {
    if (name.length !== 1) throw new Error(`unknown collating symbol ${name}`);
    return member(name);
  }
  const members = CLASSES[name];
  if (members === undefined) throw new Error(`unknown class [:${name}:]`);
  return members;
}

function member(character: string): string {
  return /[\\\]^[-]/.test(character) ? `\\${character}` : character;
}
