import { refuse, type Switchboard } from '@tandem/messages';
import type { Admission, Admit, Flow, SipRequest } from '@tandem/sip-stack';
import { refusalAnswer } from '../headers/refusal-answer.ts';
import type { SipCounters } from '../sip-counters.ts';
import type { PeerRanges } from './peer-ranges.ts';
import type { StrangerPolicy } from './stranger-policy.ts';

/** What the door asks. */
export interface AdmissionParts {
  readonly switchboard: Switchboard;
  readonly counters: SipCounters;
  /** Settings change with a reload. */
  ranges(): PeerRanges;
  strangers(): StrangerPolicy;
  /** Whether somebody vouches for that address, as far as it can be said at once. */
  recognise(request: SipRequest, flow: Flow): boolean;
  retryAfterSeconds(): number;
}

/**
 * The door (before a transaction is made, so that a refusal costs no memory): a node that drains
 * or has too much to do takes no new calls; where strangers are dropped they get no answer at all.
 */
export function makeAdmission(parts: AdmissionParts): Admit {
  const { switchboard, counters } = parts;
  return (request, flow): Admission => {
    if (request.method === 'INVITE' && !switchboard.isAccepting) {
      counters.count('refused', 'congestion');
      return statelessly(parts.retryAfterSeconds());
    }
    if (parts.strangers() !== 'drop') return 'pass';
    const { peers, proxies } = parts.ranges();
    const isKnown = peers.has(flow.remoteAddress) || proxies.has(flow.remoteAddress);
    if (isKnown || parts.recognise(request, flow)) return 'pass';
    counters.count('refused', 'unknownsource');
    return 'drop';
  };
}

function statelessly(retryAfterSeconds: number): Admission {
  const { status, reason, headers } = refusalAnswer(
    refuse('congestion', '', { retryAfterSeconds }),
  );
  return { status, reason, headers };
}
