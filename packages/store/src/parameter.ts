/** What a statement's parameter becomes on the wire: text, bytes, or null. */
export type Parameter = string | Buffer | null;

/** Length of the text of an instant of the years 0 to 9999. */
const USUAL_INSTANT_LENGTH = 24;

/**
 * Writes a value as Postgres reads it: lists as array literals, instants in UTC, other objects as
 * JSON, undefined as null. @throws TypeError or RangeError for what has no text
 */
export function parameterOf(value: unknown): Parameter {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object') return textOf(value);
  if (ArrayBuffer.isView(value)) return bytesOf(value);
  return objectText(value);
}

/** A list, nested as it may be: its texts are quoted always, so that none reads as NULL. */
function listText(list: readonly unknown[]): string {
  let text = '{';
  for (let index = 0; index < list.length; index++) {
    if (index > 0) text += ',';
    text += elementText(list[index]);
  }
  return `${text}}`;
}

function elementText(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || value === undefined) return 'NULL';
  if (typeof value !== 'object') return textOf(value);
  if (Array.isArray(value)) return listText(value);
  if (ArrayBuffer.isView(value)) return `"\\\\x${bytesOf(value).toString('hex')}"`;
  return quoted(objectText(value));
}

function quoted(text: string): string {
  return /["\\]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;
}

function objectText(value: object): string {
  if (Array.isArray(value)) return listText(value);
  return value instanceof Date ? instantText(value) : JSON.stringify(value);
}

function textOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return String(value);
  }
  throw new TypeError(`a ${typeof value} is no parameter of a statement`);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Years as Postgres counts them: none is 0, and those before 1 are "BC". */
function instantText(instant: Date): string {
  const text = instant.toISOString();
  const year = instant.getUTCFullYear();
  if (text.length === USUAL_INSTANT_LENGTH && year > 0) return text;
  const rest = text.slice(text.indexOf('-', 1));
  return year > 0 ? `${year}${rest}` : `${String(1 - year).padStart(4, '0')}${rest} BC`;
}
