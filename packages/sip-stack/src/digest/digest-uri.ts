import { normaliseEscapes } from '../wire/uri-escape.ts';
import { parseUri } from '../wire/uri.ts';

/**
 * Whether the uri of credentials means the Request-URI (RFC 3261 §22.4, RFC 7616 §3.4.6): the
 * same text, or no other user. Host, port and parameters may differ, for proxies rewrite them, and
 * SIPp writes the server's address without any user; but credentials that were made for one
 * called user may not serve to call another, for that is who is paid.
 */
export function isSameTarget(digestUri: string, requestUri: string): boolean {
  if (digestUri === requestUri) return true;
  const claimed = parseUri(digestUri);
  const actual = parseUri(requestUri);
  if (claimed?.kind === 'sip' && actual?.kind === 'sip') {
    if (claimed.user === undefined) return true;
    return normaliseEscapes(claimed.user) === normaliseEscapes(actual.user ?? '');
  }
  return claimed?.kind === 'tel' && actual?.kind === 'tel' && claimed.digits === actual.digits;
}
