import { parseSipUri, type SipUri } from './sip-uri.ts';
import { parseTelUri, type TelUri } from './tel-uri.ts';
import { isUriText } from './uri-escape.ts';

/** A URI of a scheme this stack does not route: kept as text, answered 416 as a target. */
export class OtherUri {
  readonly kind = 'other';

  constructor(
    /** The URI as it came, byte for byte. */
    readonly text: string,
    /** Lower case, without the colon. */
    readonly scheme: string,
  ) {}

  toString(): string {
    return this.text;
  }
}

/** Any URI that stands in a request line or a name-addr; `kind` tells them apart. */
export type Uri = SipUri | TelUri | OtherUri;

/**
 * Reads a URI; undefined where it is broken. Schemes this stack does not route are
 * {@link OtherUri}. The text is kept byte for byte: never rewritten on its way through.
 */
export function parseUri(text: string): Uri | undefined {
  const colon = text.indexOf(':');
  if (colon <= 0) return undefined;
  const written = text.slice(0, colon);
  const scheme = written === 'sip' ? written : written.toLowerCase();
  if (scheme === 'sip' || scheme === 'sips') return parseSipUri(text, scheme, colon + 1);
  if (scheme === 'tel') return parseTelUri(text, colon + 1);
  if (!/^[a-z][a-z0-9+.-]*$/.test(scheme)) return undefined;
  return colon + 1 < text.length && isUriText(text) ? new OtherUri(text, scheme) : undefined;
}
