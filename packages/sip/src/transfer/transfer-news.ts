import type { NotifyEvent } from '@tandem/messages';
import {
  keep,
  parseTokenParams,
  reasonPhrase,
  type RequestContent,
  type SipRequest,
} from '@tandem/sip-stack';

/** What a NOTIFY says of a transfer. */
export interface TransferNews {
  /** CSeq of the REFER it is about; undefined: the only one. */
  readonly id: string | undefined;
  readonly status: number;
  readonly phrase: string;
  readonly isFinal: boolean;
}

const STATUS_LINE = /^SIP\/2\.0 ([1-6]\d\d) ([^\r\n]{0,128})/;
/** How long the peer may take, as its subscription says; the transfer itself is not bounded by it. */
const EXPIRES_SECONDS = 180;

/** Reads a NOTIFY of the package `refer` (RFC 3515 §2.4.4); undefined for any other. */
export function readTransferNews(request: SipRequest): TransferNews | undefined {
  const event = parseTokenParams(request.get('Event') ?? '');
  if (event?.token !== 'refer') return undefined;
  const line = STATUS_LINE.exec(request.body);
  const state = parseTokenParams(request.get('Subscription-State') ?? '')?.token;
  const isOver = state === 'terminated';
  const id = event.params.get('id');
  // A subscription that ends without a word of the outcome leaves the outcome unknown.
  const status = line === null ? (isOver ? 503 : 100) : Number(line[1]);
  const phrase = line === null ? reasonPhrase(status) : keep(line[2] ?? '');
  return {
    id: id === undefined ? undefined : keep(id),
    status,
    phrase,
    isFinal: isOver || status >= 200,
  };
}

/** What a NOTIFY to the peer carries that asked for the transfer, by CSeq of its REFER. */
export function transferNotice(
  { status, phrase, isFinal }: NotifyEvent,
  id: number,
): RequestContent {
  const state = isFinal ? 'terminated;reason=noresource' : `active;expires=${EXPIRES_SECONDS}`;
  return {
    headers: [
      ['Event', `refer;id=${id}`],
      ['Subscription-State', state],
    ],
    body: {
      type: 'message/sipfrag;version=2.0',
      content: `SIP/2.0 ${status} ${phrase === '' ? reasonPhrase(status) : phrase}\r\n`,
    },
  };
}
