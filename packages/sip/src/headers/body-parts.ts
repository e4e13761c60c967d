import type { Body } from '@tandem/messages';
import {
  type HeaderLine,
  keep,
  type SipBody,
  type SipRequest,
  type SipResponse,
} from '@tandem/sip-stack';

/** The body of a message as it crosses a call, copied out of the datagram; undefined without one. */
export function readBody(message: SipRequest | SipResponse): Body | undefined {
  if (message.body === '') return undefined;
  const disposition = message.get('Content-Disposition');
  return {
    type: keep(message.get('Content-Type') ?? 'application/octet-stream'),
    disposition: disposition === undefined ? undefined : keep(disposition),
    content: keep(message.body),
  };
}

/** A body as the stack sends it; the disposition travels as a header beside it. */
export function toSipBody(body: Body | undefined): { body?: SipBody } {
  return body === undefined ? {} : { body: { type: body.type, content: body.content } };
}

/** The header lines that belong to a body beside its type. */
export function bodyHeaders(body: Body | undefined): HeaderLine[] {
  return body?.disposition === undefined ? [] : [['Content-Disposition', body.disposition]];
}
