import { BODY_BYTES_MAX, type InfoDoneEvent, type InfoEvent } from '@tandem/messages';
import { type IncomingRequest, keep } from '@tandem/sip-stack';
import { bodyHeaders, readBody, toSipBody } from '../headers/body-parts.ts';
import { refusalAnswer } from '../headers/refusal-answer.ts';
import { sendInDialog } from '../session/in-dialog-request.ts';
import type { SessionLink } from '../session/session-link.ts';
import { dtmfBody, readDtmf } from './dtmf.ts';

/** How long the other side of the call may take to answer an INFO. */
const INFO_MS = 4_000;
/** INFOs of one peer that wait for an answer at once. */
const WAITING_MAX = 16;

interface WaitingInfo {
  readonly request: IncomingRequest;
  readonly stop: () => void;
}

/** As much of a leg as INFO needs, before its answer or after. */
export type InfoLink = Pick<SessionLink, 'host' | 'dialog' | 'digest' | 'tell' | 'heard' | 'dead'>;

/** INFO in both directions (RFC 6086 and the digits before it); it never touches the session. */
export class InfoExchange {
  readonly #link: InfoLink;
  readonly #waiting = new Map<string, WaitingInfo>();
  readonly #idStem: string;
  #counter = 0;

  /** `idStem` makes its ids unlike those of another exchange of the same dialog. */
  constructor(link: InfoLink, idStem = '') {
    this.#link = link;
    this.#idStem = idStem;
  }

  /** An INFO of the peer crosses the call; without an answer in 4 s it gets 504. */
  receive(request: IncomingRequest): void {
    if (this.#waiting.size >= WAITING_MAX) {
      request.respond(500, { headers: [['Retry-After', '2']] });
      return;
    }
    if (request.request.body.length > BODY_BYTES_MAX) {
      const { status, ...options } = refusalAnswer({ refused: 'toolarge', detail: '' });
      request.respond(status, options);
      return;
    }
    const infoId = `${this.#idStem}${this.#link.dialog.localTag}-${++this.#counter}`;
    const stop = this.#link.host.wheel.after(INFO_MS, () => this.#conclude(infoId, 408));
    this.#waiting.set(infoId, { request, stop });
    const body = readBody(request.request);
    const dtmf = readDtmf(body);
    const infoPackage = request.request.get('Info-Package');
    this.#link.tell({
      type: 'info',
      infoId,
      body,
      ...(infoPackage !== undefined && { infoPackage: keep(infoPackage) }),
      ...(dtmf !== undefined && { dtmf }),
    });
  }

  /** The other side answered an INFO of our peer. */
  done(event: InfoDoneEvent): void {
    this.#conclude(event.infoId, event.status);
  }

  /** An INFO of the other side goes to our peer. */
  send({ infoId, body, infoPackage, dtmf }: InfoEvent): void {
    const { tell, wheel } = {
      tell: this.#link.tell.bind(this.#link),
      wheel: this.#link.host.wheel,
    };
    let isDone = false;
    const finish = (status: number): void => {
      if (isDone) return;
      isDone = true;
      stop();
      tell({ type: 'infoDone', infoId, status });
    };
    const stop = wheel.after(INFO_MS, () => finish(408));
    const sent = body ?? (dtmf === undefined ? undefined : dtmfBody(dtmf));
    const headers = bodyHeaders(sent);
    if (infoPackage !== undefined) headers.push(['Info-Package', infoPackage]);
    const { dialog, digest } = this.#link;
    const content = { headers, ...toSipBody(sent) };
    sendInDialog(
      dialog,
      { method: 'INFO', content, digest },
      {
        onFinal: (response) => {
          this.#link.heard();
          finish(response.status);
          if (response.status === 481) this.#link.dead('unknown-to-peer');
        },
        onFailed: (failure) => finish(failure.status),
      },
    );
  }

  /** The leg ends: nobody answers what still waits. */
  end(): void {
    for (const infoId of this.#waiting.keys()) this.#conclude(infoId, 487);
  }

  #conclude(infoId: string, status: number): void {
    const waiting = this.#waiting.get(infoId);
    if (waiting === undefined) return;
    this.#waiting.delete(infoId);
    waiting.stop();
    // RFC 4320 §4.2: a 408 to a request other than INVITE comes too late and is never sent.
    waiting.request.respond(status === 408 ? 504 : status);
  }
}
