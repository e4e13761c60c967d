import { Params } from './params.ts';

/** Whether `text`, empty or from a semicolon on, can be read as parameters of a URI. */
export function areUriParams(text: string): boolean {
  return text === '' || (text.charCodeAt(0) === 0x3b && !/;(?:[;=]|$)/.test(text));
}

/** The parameters of a URI, `;name=value`; values stay as they are, escapes included. */
export function readUriParams(text: string): Params {
  return text === '' ? Params.none : new Params(text);
}
