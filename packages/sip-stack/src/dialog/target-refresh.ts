import type { SipRequest } from '../wire/sip-request.ts';
import type { SipResponse } from '../wire/sip-response.ts';

/** Whether requests of that method and their 2xx carry a new remote target (RFC 3261 §12.2, RFC 3311 §4). */
export function isTargetRefresh(method: string): boolean {
  return method === 'INVITE' || method === 'UPDATE';
}

const SIP = /^sips?:/i;

/**
 * The Contact URI of a message that makes or refreshes a dialog; undefined where none can be used,
 * as one of another scheme than sip and sips (RFC 3261 §8.1.1.8): nothing could be sent there.
 */
export function contactTarget(message: SipRequest | SipResponse): string | undefined {
  const { contacts } = message;
  const target = contacts === undefined || contacts === '*' ? undefined : contacts[0]?.uriText;
  return target !== undefined && SIP.test(target) ? target : undefined;
}
