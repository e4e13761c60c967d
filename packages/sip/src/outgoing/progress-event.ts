import type { AnsweredEvent, Body, ProgressEvent } from '@tandem/messages';
import { type Dialog, keep, type SipResponse } from '@tandem/sip-stack';
import { readBody } from '../headers/body-parts.ts';
import { readCrossingHeaders } from '../headers/crossing-headers.ts';

/** The name of a dialog for the other side of the call, copied out of the datagram. */
export function dialogName(dialog: Dialog): string {
  return keep(dialog.remoteTag);
}

/** A provisional answer of the peer as the switch hears it; phrases of others stay behind. */
export function progressEvent(
  response: SipResponse,
  dialog: string | null,
  isReliable: boolean,
  crossingKeys: ReadonlySet<string>,
): ProgressEvent {
  return {
    type: 'progress',
    dialog,
    status: response.status,
    phrase: '',
    body: readBody(response),
    isReliable,
    isClosed: response.status === 199 ? true : undefined,
    allow: response.list('Allow').map(keep),
    supported: response.list('Supported').map(keep),
    headers: readCrossingHeaders(response, crossingKeys),
  };
}

/** A 2xx of the peer, and its body, as the switch hears it; `isLate`: it brings the offer. */
export function answeredEvent(
  response: SipResponse,
  body: Body | undefined,
  dialog: string,
  isLate: boolean,
  crossingKeys: ReadonlySet<string>,
): AnsweredEvent {
  return {
    type: 'answered',
    dialog,
    body,
    headers: readCrossingHeaders(response, crossingKeys),
    allow: response.list('Allow').map(keep),
    supported: response.list('Supported').map(keep),
    answeredAgoMs: 0,
    isLate,
  };
}
