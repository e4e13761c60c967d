import { isSdp, type LegEvent } from '@tandem/messages';
import type { SessionFace } from './session-face.ts';

/** What a caller is answered who waits in an orbit and asks for something; undefined: nothing. */
export function answerParked(event: LegEvent, face: SessionFace): LegEvent | undefined {
  switch (event.type) {
    case 'modify': {
      const { modifyId, body } = event;
      if (body !== undefined && !isSdp(body)) {
        return { type: 'modified', modifyId, status: 415, phrase: 'Unsupported Media Type' };
      }
      const held = body === undefined ? face.offerHeld() : face.hold(body);
      return { type: 'modified', modifyId, status: 200, phrase: 'OK', body: held };
    }
    case 'info':
      return { type: 'infoDone', infoId: event.infoId, status: 200 };
    case 'refer':
      return {
        type: 'notify',
        referId: event.referId,
        status: 603,
        phrase: 'Decline',
        isFinal: true,
      };
    default:
      return undefined;
  }
}
