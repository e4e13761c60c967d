import { refuse, type Switchboard } from '@tandem/messages';
import type { Admission, Admit, Flow, SipRequest } from '@tandem/sip-stack';
import { refusalAnswer } from '../headers/refusal-answer.ts';
import type { SipCounters } from '../sip-counters.ts';
import { isSisterFlow, type PeerRanges } from './peer-ranges.ts';
import type { StrangerPolicy } from './stranger-policy.ts';

/** What the door asks. */
export interface AdmissionParts {
  readonly switchboard: Switchboard;
  readonly counters: SipCounters;
  /** Settings change with a reload. */
  ranges(): PeerRanges;
  strangers(): StrangerPolicy;
  /** Whether it came to a listener that is about to close. */
  isRetiring(flow: Flow): boolean;
  /** Whether somebody vouches for that address, as far as it can be said at once. */
  recognise(request: SipRequest, flow: Flow): boolean;
  retryAfterSeconds(): number;
}

/**
 * The door (before a transaction is made, so that a refusal costs no memory): a node that drains
 * or has too much to do takes no new calls but those of sisters, for phones that only it can reach;
 * where strangers are dropped they get no answer at all. A listener about to close takes nothing new.
 */
export function makeAdmission(parts: AdmissionParts): Admit {
  const { counters } = parts;
  return (request, flow): Admission => {
    const ranges = parts.ranges();
    if (parts.strangers() === 'drop' && !isKnown(request, flow, ranges, parts)) {
      counters.count('refused', 'unknownsource');
      return 'drop';
    }
    if (mayPass(request, flow, ranges, parts)) return 'pass';
    counters.count('refused', 'congestion');
    return statelessly(parts.retryAfterSeconds());
  };
}

function mayPass(
  { method }: SipRequest,
  flow: Flow,
  ranges: PeerRanges,
  parts: AdmissionParts,
): boolean {
  if (parts.isRetiring(flow)) return method !== 'INVITE' && method !== 'REGISTER';
  return method !== 'INVITE' || parts.switchboard.isAccepting || isSisterFlow(flow, ranges);
}

function isKnown(
  request: SipRequest,
  flow: Flow,
  { peers, proxies }: PeerRanges,
  parts: AdmissionParts,
): boolean {
  const { remoteAddress } = flow;
  return peers.has(remoteAddress) || proxies.has(remoteAddress) || parts.recognise(request, flow);
}

function statelessly(retryAfterSeconds: number): Admission {
  const { status, reason, headers } = refusalAnswer(
    refuse('congestion', '', { retryAfterSeconds }),
  );
  return { status, reason, headers };
}
