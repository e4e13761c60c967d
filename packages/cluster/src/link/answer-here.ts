import type { LegEvent } from '@tandem/messages';

const PHRASES: Readonly<Record<number, string>> = {
  500: 'Server Internal Error',
  513: 'Message Too Large',
};

/**
 * The answer to a request inside a call that cannot cross to the other node; the session stays
 * as it is. Undefined for what is no request.
 */
export function answerHere(
  event: LegEvent,
  status: number,
  retryAfterSeconds: number | undefined,
): LegEvent | undefined {
  const phrase = PHRASES[status] ?? '';
  switch (event.type) {
    case 'modify': {
      const retry = retryAfterSeconds === undefined ? undefined : { retryAfterSeconds };
      return { type: 'modified', modifyId: event.modifyId, status, phrase, ...retry };
    }
    case 'info':
      return { type: 'infoDone', infoId: event.infoId, status };
    case 'refer':
      return { type: 'notify', referId: event.referId, status, phrase, isFinal: true };
    default:
      return undefined;
  }
}
