import type {
  Dialog,
  HeaderLine,
  IncomingInvite,
  IncomingRequest,
  OutgoingInvite,
  SipBody,
  SipRequest,
  SipResponse,
} from '@tandem/sip-stack';
import { Moment } from './moment.ts';
import { type PhoneMedia, phoneSdp } from './phone-sdp.ts';

const SDP_TYPE = 'application/sdp';

/** How a phone answers a request within a call; undefined: its usual way. */
export type InCallAnswer = (request: IncomingRequest | IncomingInvite) => number | undefined;

/**
 * One call as a phone has it: made by `Phone.call`, or come in. Waits by moments, never by time,
 * so that a test may stand on a turned clock.
 */
export class PhoneCall {
  /** Every status heard of the INVITE, in order, 100 left out. */
  readonly statuses: number[] = [];
  /** Provisional and final answers as they came. */
  readonly responses: SipResponse[] = [];
  /** Requests heard within the call, ACK left out. */
  readonly requests: SipRequest[] = [];
  /** The first 18x. */
  readonly ringing = new Moment<SipResponse>();
  /** The call is up. */
  readonly answered = new Moment();
  /** The final answer, where it is a refusal, or 0 where none came. */
  readonly refused = new Moment<number>();
  /** BYE came or was sent, or the caller cancelled. */
  readonly ended = new Moment<SipRequest | undefined>();
  /** Body of the last description the other side sent. */
  remoteSdp = '';
  dialog: Dialog | undefined;
  invite: OutgoingInvite | undefined;
  incoming: IncomingInvite | undefined;
  /** Says how requests within the call are answered instead of the usual 200. */
  onRequest: InCallAnswer = () => undefined;
  #version = 1;

  constructor(readonly name: string) {}

  /** Sends 180 to a call that came in, or another provisional answer. */
  ring(status = 180, sdp?: string): void {
    this.incoming?.respond(status, { dialog: this.#own(this.incoming), ...bodyOf(sdp) });
  }

  /** Answers a call that came in; without `sdp` a description of the phone's own. */
  answer(sdp = phoneSdp(this.name), headers: readonly HeaderLine[] = []): void {
    const { incoming } = this;
    if (incoming === undefined) return;
    const dialog = this.#own(incoming);
    incoming.respond(200, { dialog, headers, ...bodyOf(sdp) });
  }

  /** Refuses a call that came in. */
  reject(status = 486, headers: readonly HeaderLine[] = []): void {
    this.incoming?.respond(status, { headers });
    this.refused.happen(status);
  }

  /** Gives a call up that is not answered yet. */
  cancel(headers: readonly HeaderLine[] = []): void {
    this.invite?.cancel({ headers });
  }

  /** Ends the call by BYE; waits for its answer. */
  async hangUp(headers: readonly HeaderLine[] = []): Promise<number> {
    const done = new Moment<number>();
    this.dialog?.sendBye(
      { headers },
      {
        onFinal: ({ status }) => done.happen(status),
        onFailed: ({ status }) => done.happen(status),
      },
    );
    this.ended.happen(undefined);
    return done.wait();
  }

  /** Changes the session by re-INVITE; the status of the answer. */
  async reinvite(sdp?: string): Promise<number> {
    const done = new Moment<number>();
    const invite = this.dialog?.sendInvite(bodyOf(sdp), {
      onAnswered: (response) => {
        this.remoteSdp = response.body;
        invite?.ack(sdp === undefined ? bodyOf(phoneSdp(this.name, ++this.#version)) : {});
        done.happen(response.status);
      },
      onRefused: ({ status }) => done.happen(status),
      onFailed: ({ status }) => done.happen(status),
    });
    return done.wait();
  }

  /** Puts the other side on hold, or takes it back. */
  hold(media: PhoneMedia = 'sendonly'): Promise<number> {
    return this.reinvite(phoneSdp(this.name, ++this.#version, media));
  }

  /** Sends one digit by INFO; the status of the answer. */
  sendDigit(digit: string): Promise<number> {
    return this.request('INFO', {
      type: 'application/dtmf-relay',
      content: `Signal=${digit}\r\nDuration=160\r\n`,
    });
  }

  /** Sends any request within the call; the status of the answer. */
  async request(
    method: string,
    body?: SipBody,
    headers: readonly HeaderLine[] = [],
  ): Promise<number> {
    const done = new Moment<number>();
    this.dialog?.sendRequest(method, body === undefined ? { headers } : { headers, body }, {
      onFinal: ({ status }) => done.happen(status),
      onFailed: ({ status }) => done.happen(status),
    });
    return done.wait();
  }

  /** Takes a dialog as that of the call and answers what comes in it. */
  adopt(dialog: Dialog): Dialog {
    this.dialog = dialog;
    dialog.user = {
      onRequest: (request) => this.#hear(request),
      onInvite: (invite) => this.#hear(invite),
      onBye: (bye) => {
        this.requests.push(bye);
        this.ended.happen(bye);
      },
    };
    return dialog;
  }

  #own(incoming: IncomingInvite): Dialog {
    return this.dialog ?? this.adopt(incoming.openDialog());
  }

  #hear(request: IncomingRequest | IncomingInvite): void {
    this.requests.push(request.request);
    const status = this.onRequest(request) ?? 200;
    if (status === 0) return;
    const { body, method } = request.request;
    if (body !== '' && method !== 'INFO') this.remoteSdp = body;
    const isChange = method === 'INVITE' || (method === 'UPDATE' && body !== '');
    const sdp = isChange && status < 300 ? phoneSdp(this.name, ++this.#version) : undefined;
    request.respond(status, bodyOf(sdp));
  }
}

/** A description as the body of a message; none for undefined. */
export function bodyOf(sdp: string | undefined): { body?: SipBody } {
  return sdp === undefined ? {} : { body: { type: SDP_TYPE, content: sdp } };
}
