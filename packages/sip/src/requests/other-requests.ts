import { refuse, type Switchboard } from '@tandem/messages';
import type { IncomingRequest } from '@tandem/sip-stack';
import { nodeAccept, nodeAllow, nodeSupported } from '../capabilities.ts';
import { refusalAnswer } from '../headers/refusal-answer.ts';
import { checkExtensions } from './session-request-checks.ts';

/** What it takes to answer requests that are no calls. */
export interface OtherRequestParts {
  readonly switchboard: Switchboard;
  retryAfterSeconds(): number;
}

/**
 * Requests outside of calls, but INVITE and REGISTER. OPTIONS says how the node is, the same for
 * every user asked for, known or not; there are no subscriptions and no messages here.
 */
export function answerOtherRequest(request: IncomingRequest, parts: OtherRequestParts): void {
  switch (request.method) {
    case 'OPTIONS':
      answerOptions(request, parts);
      return;
    case 'SUBSCRIBE':
    case 'PUBLISH':
      // RFC 6665 §8.3.2: no event package of that name is known.
      request.respond(489, { headers: [nodeAllow] });
      return;
    case 'BYE':
    case 'INFO':
    case 'UPDATE':
    case 'PRACK':
    case 'NOTIFY':
      // These only exist within a dialog or a subscription.
      request.respond(481);
      return;
    default:
      request.respond(405, { headers: [nodeAllow] });
  }
}

function answerOptions(request: IncomingRequest, parts: OtherRequestParts): void {
  const no = checkExtensions(request.request);
  if (no !== undefined) {
    const { status, ...options } = refusalAnswer(no.refusal, ...no.headers);
    request.respond(status, options);
  } else if (parts.switchboard.isAccepting) {
    request.respond(200, { headers: [nodeAllow, nodeAccept, nodeSupported] });
  } else {
    const retryAfterSeconds = parts.retryAfterSeconds();
    const busy = refuse('draining', '', { retryAfterSeconds });
    const { status, ...options } = refusalAnswer(busy);
    request.respond(status, options);
  }
}
