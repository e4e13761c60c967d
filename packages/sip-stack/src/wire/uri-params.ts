import { Params } from './params.ts';

/** Whether `text`, empty or from a semicolon on, can be read as parameters of a URI. */
export function areUriParams(text: string): boolean {
  return text === '' || (text.charCodeAt(0) === 0x3b && !/;(?:[;=]|$)/.test(text));
}

/** The parameters of a URI, `;name=value`; values stay as they are, escapes included. */
export function readUriParams(text: string): Params {
  if (text === '') return Params.none;
  const names: string[] = [];
  const values: (string | undefined)[] = [];
  for (const piece of text.slice(1).split(';')) {
    const equals = piece.indexOf('=');
    names.push((equals < 0 ? piece : piece.slice(0, equals)).toLowerCase());
    values.push(equals < 0 ? undefined : piece.slice(equals + 1));
  }
  return new Params(text, names, values);
}
