import { BODY_BYTES_MAX, type Refusal, refuse } from '@tandem/messages';
import {
  type HeaderLine,
  parseContentType,
  parseSessionExpires,
  parseTokenParams,
  type SipRequest,
} from '@tandem/sip-stack';
import { isCarriedType, nodeAccept, unsupportedExtensions } from '../capabilities.ts';

/** A no before anything was done, with the header lines that its status demands. */
export interface CheckedRefusal {
  readonly refusal: Refusal;
  readonly headers: readonly HeaderLine[];
}

/**
 * What can be said of a request that makes or changes a session, from its headers alone: required
 * extensions (RFC 3261 §8.2.2.3), kind and size of the body (§8.2.3), session timer (RFC 4028 §9).
 */
export function checkSessionRequest(
  request: SipRequest,
  minSessionSeconds: number,
): CheckedRefusal | undefined {
  return (
    checkExtensions(request) ?? checkBody(request) ?? checkSessionTimer(request, minSessionSeconds)
  );
}

/** Required extensions that are not ours: 420 with Unsupported. */
export function checkExtensions(request: SipRequest): CheckedRefusal | undefined {
  // We forward, so what a proxy must know we must know too.
  const required = [...request.list('Require'), ...request.list('Proxy-Require')];
  const unsupported = unsupportedExtensions(required);
  if (unsupported.length === 0) return undefined;
  return {
    refusal: refuse('badextension', unsupported.join(', ')),
    headers: [['Unsupported', unsupported.join(', ')]],
  };
}

function checkBody(request: SipRequest): CheckedRefusal | undefined {
  if (request.body === '') return undefined;
  if (request.body.length > BODY_BYTES_MAX) {
    return { refusal: refuse('toolarge', `${request.body.length} bytes`), headers: [] };
  }
  const encoding = request.get('Content-Encoding');
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return { refusal: refuse('nomedia', 'encoded'), headers: [['Accept-Encoding', 'identity']] };
  }
  const type = parseContentType(request.get('Content-Type') ?? '');
  if (type === undefined) return { refusal: refuse('badrequest', 'Content-Type'), headers: [] };
  if (isCarriedType(type.mediaType) || isOptional(request)) return undefined;
  return { refusal: refuse('nomedia', type.mediaType), headers: [nodeAccept] };
}

function isOptional(request: SipRequest): boolean {
  const disposition = parseTokenParams(request.get('Content-Disposition') ?? '');
  return disposition?.params.get('handling')?.toLowerCase() === 'optional';
}

function checkSessionTimer(request: SipRequest, minSeconds: number): CheckedRefusal | undefined {
  const text = request.get('Session-Expires');
  if (text === undefined) return undefined;
  const proposed = parseSessionExpires(text);
  if (proposed === undefined)
    return { refusal: refuse('badrequest', 'Session-Expires'), headers: [] };
  if (proposed.seconds >= minSeconds) return undefined;
  // A peer that cannot raise it must not be told to: its proposal is then taken as it is.
  const canRaise = request.list('Supported').some((name) => name.toLowerCase() === 'timer');
  if (!canRaise) return undefined;
  return {
    refusal: refuse('badrequest', 'Session-Expires too small', { status: 422 }),
    headers: [['Min-SE', String(minSeconds)]],
  };
}
