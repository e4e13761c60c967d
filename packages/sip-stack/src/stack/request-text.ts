import type { Listener } from '../transport/listener.ts';
import { lineText } from '../wire/wire-text.ts';
import { bodyBlock, headerBlock } from './header-block.ts';
import type { HeaderLine, SipBody } from './message-parts.ts';

/** Everything of a request but its Via, which is known when the flow is. */
export interface RequestParts {
  readonly method: string;
  /** Request-URI as it is written: for a strict router the router's (RFC 3261 §12.2.1.1). */
  readonly uri: string;
  readonly routes: readonly string[];
  /** From and To with their tags. */
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly sequence: number;
  readonly maxForwards: number;
  /** Contact header value, or what makes one for the listener that the request leaves by. */
  readonly contact?: string | ((listener: Listener) => string) | undefined;
  readonly headers?: readonly HeaderLine[] | undefined;
  readonly body?: SipBody | undefined;
}

/**
 * The whole message; `via` is the value of the topmost Via with its branch, `contact` and
 * `product` (User-Agent) are left out where undefined or empty.
 */
export function requestText(
  parts: RequestParts,
  via: string,
  contact?: string,
  product?: string,
): string {
  let text = `${parts.method} ${uriText(parts.uri)} SIP/2.0\r\nVia: ${via}\r\n`;
  for (const route of parts.routes) text += `Route: ${lineText(route)}\r\n`;
  text +=
    `Max-Forwards: ${parts.maxForwards}\r\nFrom: ${lineText(parts.from)}\r\n` +
    `To: ${lineText(parts.to)}\r\nCall-ID: ${lineText(parts.callId)}\r\n` +
    `CSeq: ${parts.sequence} ${parts.method}\r\n`;
  if (contact !== undefined) text += `Contact: ${lineText(contact)}\r\n`;
  if (product) text += `User-Agent: ${product}\r\n`;
  return text + headerBlock(parts.headers) + bodyBlock(parts.body);
}

// A URI with a blank or a line end would make another request line.
function uriText(uri: string): string {
  const line = lineText(uri);
  return line.includes(' ') ? line.replaceAll(' ', '%20') : line;
}
