import { Params } from './params.ts';

/**
 * Reads `;name=value` of a URI from `start` to `end`; undefined where a name is missing or a
 * character stands that no URI has. Values stay as they are, escapes included.
 */
export function parseUriParams(text: string, start: number, end: number): Params | undefined {
  if (start === end) return Params.none;
  const names: string[] = [];
  const values: (string | undefined)[] = [];
  for (const piece of text.slice(start + 1, end).split(';')) {
    const equals = piece.indexOf('=');
    const name = equals < 0 ? piece : piece.slice(0, equals);
    if (name === '') return undefined;
    names.push(name.toLowerCase());
    values.push(equals < 0 ? undefined : piece.slice(equals + 1));
  }
  return new Params(text.slice(start, end), names, values);
}
