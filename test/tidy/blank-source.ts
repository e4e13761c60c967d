/** TypeScript text split by kind; both parts keep every offset and line of the original. */
export interface BlankedSource {
  /** The program without words: comments and the contents of strings are spaces. */
  readonly code: string;
  /** The comments alone, everything else is spaces. */
  readonly comments: string;
}

// After one of these a slash begins a regular expression; after a value it divides.
const beforeRegex =
  /(?:^|[=([{,;:!&|?+\-*%<>~^}]|\b(?:return|typeof|case|in|of|do|else|void|yield|await))\s*$/;

/** What the scanner stands in: a word of the program is only read in `code`. */
type Kind = 'code' | 'comment' | 'text';

/**
 * Splits a source text into code and comments in one pass. TypeScript 7 offers no parser to
 * programs; this knows just enough: comments, quotes, templates with nested code, regular
 * expressions. Quotes stay in the code, so that `from '…'` can still be found.
 */
export function blankSource(text: string): BlankedSource {
  let code = '';
  let comments = '';
  let at = 0;
  // One entry per open template: how many braces are open in the code inside it.
  const templates: number[] = [];

  const take = (end: number, kind: Kind): void => {
    const piece = text.slice(at, end);
    const blank = piece.replaceAll(/[^\n]/g, ' ');
    code += kind === 'code' ? piece : blank;
    comments += kind === 'comment' ? piece : blank;
    at = end;
  };
  const takeTemplate = (): void => {
    const end = findTemplateEnd(text, at);
    take(end, 'text');
    if (text.startsWith('${', at)) {
      templates.push(0);
      take(at + 2, 'code');
    } else take(at + 1, 'code');
  };

  while (at < text.length) {
    const char = text.charAt(at);
    if (text.startsWith('//', at)) take(endOr(text, text.indexOf('\n', at)), 'comment');
    else if (text.startsWith('/*', at)) take(endOr(text, text.indexOf('*/', at + 2), 2), 'comment');
    else if (char === "'" || char === '"') {
      take(at + 1, 'code');
      take(findQuoteEnd(text, at, char), 'text');
      take(at + 1, 'code');
    } else if (char === '`') {
      take(at + 1, 'code');
      takeTemplate();
    } else if (char === '/' && beforeRegex.test(code.slice(-40))) {
      take(findRegexEnd(text, at + 1), 'text');
    } else {
      const open = templates.length - 1;
      const depth = templates[open];
      if (char === '}' && depth === 0) {
        templates.pop();
        take(at + 1, 'code');
        takeTemplate();
        continue;
      }
      if (depth !== undefined && char === '{') templates[open] = depth + 1;
      if (depth !== undefined && char === '}') templates[open] = depth - 1;
      take(at + 1, 'code');
    }
  }
  return { code, comments };
}

function endOr(text: string, index: number, length = 0): number {
  return index < 0 ? text.length : index + length;
}

function findQuoteEnd(text: string, start: number, quote: string): number {
  let at = start;
  while (at < text.length && text[at] !== quote && text[at] !== '\n')
    at += text[at] === '\\' ? 2 : 1;
  return at;
}

function findTemplateEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== '`' && !text.startsWith('${', at)) {
    at += text[at] === '\\' ? 2 : 1;
  }
  return at;
}

function findRegexEnd(text: string, start: number): number {
  let at = start;
  let isInClass = false;
  while (at < text.length && text[at] !== '\n' && (isInClass || text[at] !== '/')) {
    if (text[at] === '[') isInClass = true;
    if (text[at] === ']') isInClass = false;
    at += text[at] === '\\' ? 2 : 1;
  }
  return Math.min(at + 1, text.length);
}
