import type { Params } from './params.ts';
import { isUriText } from './uri-escape.ts';
import { areUriParams, readUriParams } from './uri-params.ts';

/** A `tel:` URI (RFC 3966), as carriers send it. Parts are raw. */
export class TelUri {
  readonly kind = 'tel';
  readonly scheme = 'tel';

  constructor(
    /** The URI as it came, byte for byte. */
    readonly text: string,
    /** The number as written, visual separators included. */
    readonly number: string,
    readonly params: Params,
  ) {}

  /** The number without visual separators; a leading + stays and says that it is global. */
  get digits(): string {
    return this.number.replaceAll(/[-.()]/g, '');
  }

  toString(): string {
    return this.text;
  }
}

/** Reads a tel URI whose scheme ends before `start`; undefined where it is broken. */
export function parseTelUri(text: string, start: number): TelUri | undefined {
  if (!isUriText(text)) return undefined;
  const semicolon = text.indexOf(';', start);
  const end = semicolon < 0 ? text.length : semicolon;
  const number = text.slice(start, end);
  if (!/^\+?[0-9a-fA-F*#().-]+$/.test(number) || !/[0-9a-fA-F*#]/.test(number)) return undefined;
  const params = text.slice(end);
  return areUriParams(params) ? new TelUri(text, number, readUriParams(params)) : undefined;
}
