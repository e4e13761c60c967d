import { encodeMessage } from './encode-message.ts';
import { HeaderDraft } from './header-draft.ts';
import type { AnswerablePart } from './parse-outcome.ts';
import { reasonPhrase } from './reason-phrase.ts';
import type { SipRequest } from './sip-request.ts';
import { byteText, lineText } from './wire-text.ts';

/** A response that is being built. Content-Length is written by {@link ResponseDraft.encode}. */
export class ResponseDraft {
  readonly headers: HeaderDraft;
  /** Bytes as latin1 characters; text beyond latin1 is written as UTF-8. */
  body: string;

  constructor(
    readonly status: number,
    readonly reason: string = reasonPhrase(status),
    headers: HeaderDraft = new HeaderDraft(),
    body = '',
  ) {
    this.headers = headers;
    this.body = body;
  }

  /** Sets body and Content-Type together; an empty body takes the type away. */
  setBody(contentType: string, body: string): this {
    this.body = byteText(body);
    if (body === '') this.headers.remove('Content-Type');
    else this.headers.set('Content-Type', contentType);
    return this;
  }

  /** The bytes of the whole message. */
  encode(): Buffer {
    return encodeMessage(
      `SIP/2.0 ${this.status} ${lineText(this.reason)}`,
      this.headers,
      this.body,
    );
  }
}

/** What a response takes besides its status. */
export interface ResponseOptions {
  /** Reason phrase; the usual one of the status unless given. */
  readonly reason?: string;
  /** Tag put on To where the request has none and the status is above 100. */
  readonly toTag?: string;
}

/**
 * The response to a request (RFC 3261 §8.2.6.2): its Vias, From, To with our tag, Call-ID and
 * CSeq; Record-Route in a 101–299 to a request that can make a dialog (§12.1.1); Timestamp in a
 * 100 (§8.2.6.1). Also answers a request that could only be read in part.
 */
export function responseTo(
  request: SipRequest | AnswerablePart,
  status: number,
  options: ResponseOptions = {},
): ResponseDraft {
  const draft = new ResponseDraft(status, options.reason ?? reasonPhrase(status));
  const { headers } = draft;
  if (!('headers' in request)) {
    for (const via of request.vias) headers.add('Via', via);
    headers.add('From', request.from);
    headers.add('To', withTag(request.to, hasTag(request.to), status, options.toTag));
    return addIdentity(draft, request.callId, request.cseq);
  }
  headers.copy(request.headers, 'Via');
  if (status > 100 && status < 300 && canMakeDialog(request.method)) {
    headers.copy(request.headers, 'Record-Route');
  }
  headers.add('From', request.from.text);
  headers.add('To', withTag(request.to.text, request.toTag !== undefined, status, options.toTag));
  addIdentity(draft, request.callId, `${request.cseq.number} ${request.cseq.method}`);
  if (status === 100) headers.copy(request.headers, 'Timestamp');
  return draft;
}

function addIdentity(draft: ResponseDraft, callId: string, cseq: string): ResponseDraft {
  draft.headers.add('Call-ID', callId).add('CSeq', cseq);
  return draft;
}

function withTag(to: string, isTagged: boolean, status: number, tag: string | undefined): string {
  return isTagged || status === 100 || tag === undefined ? to : `${to};tag=${tag}`;
}

// The To of a refused request may be broken, so it is searched rather than parsed.
function hasTag(to: string): boolean {
  return /;\s*tag\s*=/i.test(to);
}

function canMakeDialog(method: string): boolean {
  return method === 'INVITE' || method === 'SUBSCRIBE' || method === 'REFER' || method === 'NOTIFY';
}
