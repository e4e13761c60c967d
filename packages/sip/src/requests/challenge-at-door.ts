import { type Flow, type Refusal, type SipRequest, withBrackets } from '@tandem/sip-stack';
import type { Authenticator } from '../auth/authenticator.ts';
import type { PeerRanges } from './peer-ranges.ts';
import type { StrangerPolicy } from './stranger-policy.ts';

/** What the door must know to ask for a password. */
export interface DoorChallengeParts {
  readonly authenticator: () => Authenticator;
  /** Settings change with a reload. */
  ranges(): PeerRanges;
  strangers(): StrangerPolicy;
  /** Whether it comes by a registration of ours. */
  isOfLine(request: SipRequest, flow: Flow): boolean;
  /** Whether its headers alone are a reason to refuse it: that is said before who calls is asked. */
  isUnsound(request: SipRequest): boolean;
}

/**
 * Asks a stranger who calls or registers without credentials for his password, and keeps nothing of
 * it (RFC 3261 §8.2.7, §26.3.2.4): every call of a phone and most registrations begin so, and so
 * does every flood. Undefined wherever it takes more than a look to know who it is: behind proxies
 * of ours, or where callers are looked up.
 */
export function makeDoorChallenge(
  parts: DoorChallengeParts,
): (request: SipRequest, flow: Flow) => Refusal | undefined {
  return (request, flow) => {
    const { method } = request;
    if ((method !== 'INVITE' && method !== 'REGISTER') || hasCredentials(request)) return undefined;
    const { peers, proxies } = parts.ranges();
    const { remoteAddress, remotePort } = flow;
    if (peers.has(remoteAddress) || proxies.has(remoteAddress)) return undefined;
    if (parts.strangers() !== 'challenge') return undefined;
    const authenticator = parts.authenticator();
    // Whom nobody asks for a password may call, but registers with one all the same.
    if (method === 'INVITE') {
      if (parts.isOfLine(request, flow)) return undefined;
      const address = `${withBrackets(remoteAddress)}:${remotePort}`;
      if (authenticator.recogniseAtOnce(request, address) !== 'stranger') return undefined;
    }
    if (parts.isUnsound(request)) return undefined;
    return { status: 401, headers: authenticator.challenge(flow) };
  };
}

function hasCredentials({ headers }: SipRequest): boolean {
  return headers.has('Authorization') || headers.has('Proxy-Authorization');
}
