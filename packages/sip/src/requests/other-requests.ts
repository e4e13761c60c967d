import { refuse, type Switchboard } from '@tandem/messages';
import { escapeUriUser, type IncomingRequest } from '@tandem/sip-stack';
import { nodeAccept, nodeAllow, nodeSupported } from '../capabilities.ts';
import { refusalAnswer } from '../headers/refusal-answer.ts';
import { userOf } from '../incoming/read-arrival.ts';
import { passMessage, type PassMessageParts } from './pass-message.ts';
import { checkExtensions } from './session-request-checks.ts';

/** What it takes to answer requests that are no calls. */
export interface OtherRequestParts extends PassMessageParts {
  readonly switchboard: Switchboard;
  /** The node has too much to do: new calls are refused. */
  isOverloaded(): boolean;
  retryAfterSeconds(): number;
}

/**
 * Requests outside of calls, but INVITE and REGISTER. OPTIONS says how the node is, the same for
 * every user asked for, known or not. MESSAGE goes on where the conf says so, SUBSCRIBE and PUBLISH
 * are sent to the server that has them, or refused.
 */
export function answerOtherRequest(
  request: IncomingRequest,
  parts: OtherRequestParts,
): void | Promise<void> {
  switch (request.method) {
    case 'OPTIONS':
      answerOptions(request, parts);
      return;
    case 'SUBSCRIBE':
    case 'PUBLISH':
      answerSubscription(request, parts.settings.eventServer);
      return;
    case 'MESSAGE':
      return passMessage(request, parts);
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

// RFC 6665 §4.2.1.2, RFC 3903 §6: of event packages a node has only that of transfers, within calls.
function answerSubscription(request: IncomingRequest, eventServer: string | undefined): void {
  const user = userOf(request.request.requestUri);
  if (eventServer === undefined) {
    request.respond(489, { headers: [nodeAllow, ['Allow-Events', 'refer']] });
  } else {
    const contact = `<sip:${user === '' ? '' : `${escapeUriUser(user)}@`}${eventServer}>`;
    request.respond(302, { headers: [['Contact', contact]] });
  }
}

function answerOptions(request: IncomingRequest, parts: OtherRequestParts): void {
  const no = checkExtensions(request.request);
  if (no !== undefined) {
    const { status, ...options } = refusalAnswer(no.refusal, ...no.headers);
    request.respond(status, options);
  } else if (parts.switchboard.isAccepting && !parts.isOverloaded()) {
    request.respond(200, { headers: [nodeAllow, nodeAccept, nodeSupported] });
  } else {
    const retryAfterSeconds = parts.retryAfterSeconds();
    const word = parts.switchboard.isAccepting ? 'congestion' : 'draining';
    const busy = refuse(word, '', { retryAfterSeconds });
    const { status, ...options } = refusalAnswer(busy);
    request.respond(status, options);
  }
}
