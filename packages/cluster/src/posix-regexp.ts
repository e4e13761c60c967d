/*
 * POSIX basic expressions as glibc's regcomp reads them, written as JavaScript's:
 *
 *   \( \)  group      \{m,n\}  interval      \1..\9  back reference
 *   \+ \? \|  (GNU)   ( ) { } + ? |  are plain characters
 *   *  is plain at the start of an expression or group; ^ and $ are anchors only at the ends
 */

const CLASSES: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '!-\\/:-@\\[-`{-~',
  space: ' \\t\\n\\r\\f\\v',
  upper: 'A-Z',
  xdigit: 'A-Fa-f0-9',
};

const GNU_SPECIAL = new Set(['+', '?', '|', '(', ')', '{', '}']);
const PLAIN_IN_BASIC = new Set(['+', '?', '|', '(', ')', '{', '}', '/']);

/**
 * Compiles a POSIX basic expression, case-sensitive and unanchored unless it anchors itself.
 * The text of the fault if it is none, for the conf's error. Empty never matches (as in Yate).
 */
export function compileBasic(expression: string): RegExp | string {
  if (expression === '') return /(?!)/;
  try {
    return new RegExp(translate(expression));
  } catch (fault) {
    return fault instanceof Error ? fault.message : String(fault);
  }
}

function translate(expression: string): string {
  let result = '';
  /** At the start of the expression, of a group or of an alternative. */
  let isStart = true;
  for (let index = 0; index < expression.length; index++) {
    const character = expression[index]!;
    const next = expression[index + 1];
    const wasStart: boolean = isStart;
    isStart = false;
    if (character === '\\') {
      if (next === undefined) throw new Error('a backslash at the end');
      index++;
      result += escaped(next);
      isStart = next === '(' || next === '|';
    } else if (character === '[') {
      const end = bracketEnd(expression, index);
      result += bracket(expression.slice(index + 1, end));
      index = end;
    } else if (character === '*') result += wasStart ? '\\*' : '*';
    else if (character === '^') {
      result += wasStart ? '^' : '\\^';
      isStart = wasStart;
    } else if (character === '$') {
      const rest = expression.slice(index + 1);
      const isEnd = rest === '' || rest.startsWith('\\)') || rest.startsWith('\\|');
      result += isEnd ? '$' : '\\$';
    } else result += PLAIN_IN_BASIC.has(character) ? `\\${character}` : character;
  }
  return result;
}

function escaped(character: string): string {
  if (GNU_SPECIAL.has(character)) return character;
  if (/[1-9]/.test(character)) return `\\${character}`;
  if (/[wWsSbB]/.test(character)) return `\\${character}`;
  if (character === '<' || character === '>') return '\\b';
  return character.replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`);
}

/** A `]` right after `[` or `[^` is a member; classes hold brackets of their own. */
function bracketEnd(expression: string, start: number): number {
  let index = start + 1;
  if (expression[index] === '^') index++;
  if (expression[index] === ']') index++;
  for (; index < expression.length; index++) {
    if (expression[index] === ']') return index;
    const kind = expression[index + 1];
    if (expression[index] === '[' && (kind === ':' || kind === '.' || kind === '=')) {
      const close = expression.indexOf(`${kind}]`, index + 2);
      if (close < 0) break;
      index = close + 1;
    }
  }
  throw new Error('a bracket that is not closed');
}

function bracket(content: string): string {
  const isNegated = content.startsWith('^');
  const members = (isNegated ? content.slice(1) : content)
    .replaceAll('\\', '\\\\')
    .replace(/^\]/, '\\]')
    .replace(/\[:(\w+):\]/g, (_, name: string) => {
      const members = CLASSES[name];
      if (members === undefined) throw new Error(`unknown class [:${name}:]`);
      return members;
    })
    .replace(/\[[.=](.)[.=]\]/g, '$1')
    .replaceAll('[', '\\[');
  return `[${isNegated ? '^' : ''}${members}]`;
}
