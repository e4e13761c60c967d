import { refuse } from '@tandem/messages';
import type { Flow, HeaderLine, SipRequest } from '@tandem/sip-stack';
import type { Authenticator } from '../auth/authenticator.ts';
import { refusalAnswer } from '../headers/refusal-answer.ts';
import type { SipCounters } from '../sip-counters.ts';
import { isSisterFlow, type PeerRanges } from './peer-ranges.ts';
import type { StrangerPolicy } from './stranger-policy.ts';

/** What finding out who sends something takes. */
export interface SenderParts {
  readonly authenticator: Authenticator;
  readonly counters: SipCounters;
  readonly ranges: PeerRanges;
  strangers(): StrangerPolicy;
}

/** What is asked: a request, the flow it came by, and where it came from behind trusted proxies. */
export interface SenderQuestion {
  readonly request: SipRequest;
  readonly flow: Flow;
  /** `host:port` */
  readonly address: string;
  readonly sourceHost: string;
}

/** Who a sender is: the user he proved to be, or nobody where his address is enough; or a no. */
export type Sender =
  | { readonly username: string; readonly isPeer: boolean; readonly isTrusted: boolean }
  | { readonly status: number; readonly headers: readonly HeaderLine[] };

/**
 * Finds out who sends a request outside of calls: a peer by the address of its packets, never by
 * what a Via says; a trunk by its address; a user by digest. Strangers get what `[sip]
 * unknownSource` says, known and unknown users the same.
 */
export async function identifySender(
  { request, flow, address, sourceHost }: SenderQuestion,
  parts: SenderParts,
): Promise<Sender> {
  const { authenticator, counters, ranges } = parts;
  if (ranges.peers.has(flow.remoteAddress)) {
    const isPeer = isSisterFlow(flow, ranges);
    return { username: '', isPeer, isTrusted: isPeer };
  }
  const hasCredentials =
    request.headers.has('Authorization') || request.headers.has('Proxy-Authorization');
  if (!hasCredentials && !ranges.proxies.has(sourceHost)) {
    const known = await authenticator.recognise(request, address);
    if (known !== undefined) return { isPeer: false, ...known };
  }
  if (parts.strangers() !== 'challenge') {
    counters.count('refused', 'unknownsource');
    return refusalAnswer(refuse('unknownsource', address));
  }
  const who = await authenticator.identify(request, flow, address);
  if (who.kind === 'user') return { username: who.username, isPeer: false, isTrusted: false };
  if (who.kind === 'refused') {
    counters.count('refused', who.refusal.refused);
    return refusalAnswer(who.refusal);
  }
  return { status: 401, headers: who.headers };
}
