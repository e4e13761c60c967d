/** The body of a SIP message or of an event between nodes: opaque bytes with their type. */
export interface Body {
  /** Content-Type, with its parameters, as received. */
  readonly type: string;
  /** Content-Disposition, as received. */
  readonly disposition?: string | undefined;
  /** The bytes as latin1 text: code points 0–255 are the bytes, exactly. Never decode as UTF-8. */
  readonly content: string;
}

/** The largest body that may cross between nodes, bytes; above it the call is refused with 513. */
export const BODY_BYTES_MAX = 32 * 1024;

/** Whether a body is a plain session description, whatever its parameters. */
export function isSdp(body: Body | undefined): body is Body {
  return body !== undefined && /^application\/sdp\s*(;|$)/i.test(body.type);
}
