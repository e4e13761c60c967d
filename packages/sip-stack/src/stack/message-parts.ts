/** One header line to write: name and value. Values with CR, LF or NUL are refused when written. */
export type HeaderLine = readonly [name: string, value: string];

/** A body as it travels: opaque, never decoded. */
export interface SipBody {
  /** Content-Type, with its parameters. */
  readonly type: string;
  /** The bytes as a latin1 string: code points 0-255 are the bytes themselves. */
  readonly content: string;
}
