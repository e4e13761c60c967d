/** Sizes above which a message is refused before any of it is understood. */
export interface ParseLimits {
  /** Whole message, bytes; above: 513. */
  readonly messageBytesMax: number;
  /** Start line and headers together, bytes; above: 513. */
  readonly headBytesMax: number;
  /** Header lines after unfolding; above: 513. */
  readonly headerLinesMax: number;
  /** Entries in all Via headers together; above: 513. */
  readonly viasMax: number;
  /** One line after unfolding, bytes; above: 414 for the request line, else 513. */
  readonly lineBytesMax: number;
  /** Body, bytes; above: 413. */
  readonly bodyBytesMax: number;
}

/** What a listener accepts unless told otherwise: a datagram is never above 65,535 bytes anyway. */
export const defaultParseLimits: ParseLimits = Object.freeze({
  messageBytesMax: 65_535,
  headBytesMax: 32_768,
  headerLinesMax: 256,
  viasMax: 70,
  lineBytesMax: 4_096,
  bodyBytesMax: 32_768,
});
