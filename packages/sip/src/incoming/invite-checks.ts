import { refuse } from '@tandem/messages';
import {
  type Listener,
  parseDeltaSeconds,
  parseRoutes,
  parseUri,
  type SipRequest,
  type SipUri,
  withBrackets,
} from '@tandem/sip-stack';
import { checkReplaces } from '../transfer/replaced-dialog.ts';
import { type CheckedRefusal, checkSessionRequest } from '../requests/session-request-checks.ts';

/**
 * What can be said of a new INVITE from its headers alone, in the order in which it is said
 * (RFC 3261 §8.2, §16.3): hops, extensions, body, session timer, then where it wants to go.
 */
export function checkInvite(
  request: SipRequest,
  listeners: readonly Listener[],
  minSessionSeconds: number,
): CheckedRefusal | undefined {
  return (
    checkHops(request) ??
    checkSessionRequest(request, minSessionSeconds) ??
    checkTarget(request) ??
    checkRoutes(request, listeners) ??
    checkRecordRoutes(request) ??
    checkContact(request, listeners) ??
    checkReplacement(request)
  );
}

/** Whether a URI leads to one of our own listeners. */
export function isOwnAddress(uri: SipUri, listeners: readonly Listener[]): boolean {
  const isTls = uri.scheme === 'sips' || uri.params.get('transport')?.toLowerCase() === 'tls';
  const port = uri.port ?? (isTls ? 5061 : 5060);
  return listeners.some(
    (listener) =>
      (uri.host === withBrackets(listener.host) && port === listener.port) ||
      (uri.host === listener.advertisedHost.toLowerCase() && port === listener.advertisedPort),
  );
}

function checkHops(request: SipRequest): CheckedRefusal | undefined {
  const text = request.get('Max-Forwards');
  if (text === undefined) return undefined;
  const hops = parseDeltaSeconds(text);
  if (hops === undefined) return no('badrequest', 'Max-Forwards');
  return hops === 0 ? no('hops', 'Max-Forwards is 0') : undefined;
}

// maddr and headers in the URI make us send what somebody else wrote, somewhere else.
function checkTarget({ requestUri }: SipRequest): CheckedRefusal | undefined {
  if (requestUri === undefined) return no('badrequest', 'Request-URI');
  if (requestUri.kind === 'other') {
    return { refusal: refuse('badrequest', requestUri.scheme, { status: 416 }), headers: [] };
  }
  if (requestUri.kind === 'tel') return undefined;
  if (requestUri.headers !== undefined) return no('badrequest', 'headers in the Request-URI');
  return requestUri.params.has('maddr') ? no('forbidden', 'maddr') : undefined;
}

// We are no open relay: a Route that is not ours is refused, never followed (§16.3, §16.4).
function checkRoutes(
  request: SipRequest,
  listeners: readonly Listener[],
): CheckedRefusal | undefined {
  if (!request.headers.has('Route')) return undefined;
  const routes = parseRoutes(request.headers, 'Route');
  if (routes === undefined) return no('badrequest', 'Route');
  const isForeign = routes.some(({ uri }) => uri?.kind !== 'sip' || !isOwnAddress(uri, listeners));
  return isForeign ? no('forbidden', 'preloaded Route') : undefined;
}

// Nothing within the call could be sent along what cannot be read (§12.1.1).
function checkRecordRoutes({ headers }: SipRequest): CheckedRefusal | undefined {
  const isBroken =
    headers.has('Record-Route') && parseRoutes(headers, 'Record-Route') === undefined;
  return isBroken ? no('badrequest', 'Record-Route') : undefined;
}

function checkContact(
  request: SipRequest,
  listeners: readonly Listener[],
): CheckedRefusal | undefined {
  const { contacts } = request;
  if (contacts === undefined || contacts === '*') return no('badrequest', 'Contact');
  const [contact, ...others] = contacts;
  if (contact === undefined || others.length > 0) return no('badrequest', 'one Contact is needed');
  const uri = parseUri(contact.uriText);
  // A sip or sips URI (§8.1.1.8): it is where everything within the call goes.
  if (uri?.kind !== 'sip') return no('badrequest', 'Contact');
  return isOwnAddress(uri, listeners) ? no('forbidden', 'Contact at our own address') : undefined;
}

function checkReplacement(request: SipRequest): CheckedRefusal | undefined {
  const refusal = checkReplaces(request);
  return refusal === undefined ? undefined : { refusal, headers: [] };
}

function no(word: 'badrequest' | 'forbidden' | 'hops', detail: string): CheckedRefusal {
  return { refusal: refuse(word, detail), headers: [] };
}
