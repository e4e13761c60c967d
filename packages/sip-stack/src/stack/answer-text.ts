import { reasonPhrase } from '../wire/reason-phrase.ts';
import type { SipRequest } from '../wire/sip-request.ts';
import { lineText } from '../wire/wire-text.ts';
import { bodyBlock, headerBlock } from './header-block.ts';
import type { HeaderLine, SipBody } from './message-parts.ts';

/** What one answer has besides that which all answers to its request share. */
export interface AnswerParts {
  readonly reason?: string | undefined;
  /** Put on To where the request has no tag and the status is above 100. */
  readonly toTag?: string | undefined;
  readonly contact?: string | undefined;
  readonly headers?: readonly HeaderLine[] | undefined;
  readonly body?: SipBody | undefined;
}

/**
 * Writes the answers to one request (RFC 3261 §8.2.6.2). What they share is written once: Via,
 * From, To, Call-ID and CSeq; Record-Route in those that make a dialog (§12.1.1).
 */
export class AnswerText {
  readonly #request: SipRequest;
  readonly #product: string;
  readonly #beforeTo: string;
  readonly #afterTo: string;

  /** `product`: value of Server, '' for none. */
  constructor(request: SipRequest, product: string) {
    this.#request = request;
    this.#product = product;
    let vias = '';
    for (const via of request.getAll('Via')) vias += `Via: ${via}\r\n`;
    this.#beforeTo = `${vias}From: ${request.from.text}\r\nTo: ${request.to.text}`;
    const { number, method } = request.cseq;
    this.#afterTo = `\r\nCall-ID: ${request.callId}\r\nCSeq: ${number} ${method}\r\n`;
  }

  /** The whole message. */
  write(status: number, parts: AnswerParts): string {
    const reason = parts.reason === undefined ? reasonPhrase(status) : lineText(parts.reason);
    let text = `SIP/2.0 ${status} ${reason}\r\n${this.#beforeTo}`;
    if (status > 100 && parts.toTag !== undefined && this.#request.toTag === undefined) {
      text += `;tag=${parts.toTag}`;
    }
    text += this.#afterTo;
    if (status === 100) {
      const timestamp = this.#request.get('Timestamp');
      if (timestamp !== undefined) text += `Timestamp: ${timestamp}\r\n`;
    } else if (status < 300 && parts.contact !== undefined) {
      for (const route of this.#request.getAll('Record-Route'))
        text += `Record-Route: ${route}\r\n`;
      text += `Contact: ${lineText(parts.contact)}\r\n`;
    }
    if (this.#product !== '' && status !== 100) text += `Server: ${this.#product}\r\n`;
    return text + headerBlock(parts.headers) + bodyBlock(parts.body);
  }
}
