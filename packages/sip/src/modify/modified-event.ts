import type { ModifiedEvent } from '@tandem/messages';
import { keep, parseRetryAfter, type SipResponse } from '@tandem/sip-stack';
import { readBody } from '../headers/body-parts.ts';
import { readCrossingHeaders } from '../headers/crossing-headers.ts';

/** A change that the peer accepted, as the other leg hears it. */
export function acceptedChange(
  modifyId: string,
  response: SipResponse,
  crossingKeys: ReadonlySet<string>,
): ModifiedEvent {
  return {
    type: 'modified',
    modifyId,
    status: 200,
    phrase: keep(response.reason),
    body: readBody(response),
    headers: readCrossingHeaders(response, crossingKeys),
  };
}

/** A change that the peer refused. A challenge that we cannot answer is ours to hide. */
export function refusedChange(modifyId: string, response: SipResponse): ModifiedEvent {
  const { status } = response;
  const warning = response.get('Warning');
  const retryAfter = parseRetryAfter(response.get('Retry-After') ?? '');
  return {
    type: 'modified',
    modifyId,
    status: status === 401 || status === 407 ? 403 : status,
    phrase: keep(response.reason),
    ...(warning !== undefined && { warning: keep(warning) }),
    ...(retryAfter !== undefined && { retryAfterSeconds: retryAfter }),
  };
}
