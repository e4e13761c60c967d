import type { Dialog, DialogUser, IncomingRequest, SipRequest } from '@tandem/sip-stack';
import { nodeAllow } from '../capabilities.ts';

/**
 * Hears what a peer asks in a dialog that is not yet answered (RFC 3311 §5.2): an UPDATE with an
 * offer has to wait until ours is answered, one without only refreshes.
 */
export function earlyDialogUser(onBye: (bye: SipRequest, dialog: Dialog) => void): DialogUser {
  return {
    onInvite: (invite) => invite.respond(491),
    onRequest: answerEarly,
    onBye,
  };
}

function answerEarly(request: IncomingRequest): void {
  switch (request.method) {
    case 'UPDATE': {
      const hasOffer = request.request.body !== '';
      if (hasOffer) request.respond(500, { headers: [['Retry-After', '5']] });
      else request.respond(200);
      return;
    }
    case 'OPTIONS':
      request.respond(200, { headers: [nodeAllow] });
      return;
    case 'INFO':
      request.respond(500, { headers: [['Retry-After', '2']] });
      return;
    case 'PRACK':
    case 'NOTIFY':
      request.respond(481);
      return;
    default:
      request.respond(405, { headers: [nodeAllow] });
  }
}
