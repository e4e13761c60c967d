import { normaliseEscapes } from '../wire/uri-escape.ts';
import { parseUri } from '../wire/uri.ts';

/**
 * Whether the uri of credentials means the Request-URI (RFC 3261 §22.4, RFC 7616 §3.4.6): the
 * same text, or the same user and host. Port and parameters may differ, for phones and proxies add
 * and drop them; the user may not, for that is what is called and paid.
 */
export function isSameTarget(digestUri: string, requestUri: string): boolean {
  if (digestUri === requestUri) return true;
  const claimed = parseUri(digestUri);
  const actual = parseUri(requestUri);
  if (claimed?.kind === 'sip' && actual?.kind === 'sip') {
    return (
      claimed.host === actual.host &&
      (claimed.user === undefined) === (actual.user === undefined) &&
      normaliseEscapes(claimed.user ?? '') === normaliseEscapes(actual.user ?? '')
    );
  }
  return claimed?.kind === 'tel' && actual?.kind === 'tel' && claimed.digits === actual.digits;
}
