import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { readSipText, type SipText, soakSdp, userOf, writeSipText } from './sip-text.ts';

/** Between two sendings of a 200 that nobody acknowledges, ms (RFC 3261 §13.3.1.4). */
const REPEAT_MS = 500;
const REPEATS_MAX = 20;
/** A call whose node died is forgotten then, ms. */
const FORGOTTEN_MS = 180_000;

/** What an answerer does with a call. */
export interface AnswerPlan {
  /** 200, or the status by which it refuses. */
  readonly status: number;
  readonly ringMs: number;
}

/** A call that a carrier answered. */
export interface AnsweredCall {
  readonly caller: string;
  /** When it sent its first 200, monotonic ms. */
  readonly answeredMs: number;
}

interface Answering {
  readonly invite: SipText;
  readonly place: RemoteInfo;
  readonly tag: string;
  /** When the first 200 was sent, monotonic ms. */
  answeredMs: number | undefined;
  isAcknowledged: boolean;
  isOver: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** A carrier at one address that answers hundreds of calls a second. */
export class Answerer {
  /** Calls it answered and that were acknowledged. */
  readonly answered: AnsweredCall[] = [];
  readonly #socket: Socket;
  readonly #host: string;
  readonly #plan: (called: string) => AnswerPlan;
  readonly #calls = new Map<string, Answering>();
  #number = 0;

  private constructor(socket: Socket, host: string, plan: (called: string) => AnswerPlan) {
    this.#socket = socket;
    this.#host = host;
    this.#plan = plan;
    socket.on('message', (datagram, place) => {
      const message = readSipText(datagram);
      if (message?.method !== undefined) this.#hear(message, place);
    });
    socket.on('error', () => undefined);
  }

  /** Opens a carrier at that address. */
  static async open(host: string, plan: (called: string) => AnswerPlan): Promise<Answerer> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
    const answerer = new Answerer(socket, host, plan);
    await new Promise<void>((resolve) => socket.bind(0, host, () => resolve()));
    return answerer;
  }

  /** `host:port`. */
  get address(): string {
    return `${this.#host}:${this.#socket.address().port}`;
  }

  close(): void {
    for (const { timer } of this.#calls.values()) clearTimeout(timer);
    this.#socket.close();
  }

  #hear(message: SipText, place: RemoteInfo): void {
    const call = this.#calls.get(message.callId);
    switch (message.method) {
      case 'INVITE':
        if (call === undefined) this.#begin(message, place);
        return;
      case 'ACK':
        if (call !== undefined) this.#acknowledged(call);
        return;
      case 'CANCEL':
        this.#respond(message, place, '200 OK', '');
        // After its 200 it is too late (RFC 3261 §9.2).
        if (call !== undefined && !call.isOver && call.answeredMs === undefined)
          this.#refuse(call, '487 Request Terminated');
        return;
      case 'BYE':
        if (call !== undefined) this.#end(call);
        this.#respond(message, place, '200 OK', '');
        return;
      default:
        this.#respond(message, place, '200 OK', '');
    }
  }

  #begin(invite: SipText, place: RemoteInfo): void {
    const tag = `a${++this.#number}`;
    const call: Answering = {
      invite,
      place,
      tag,
      answeredMs: undefined,
      isAcknowledged: false,
      isOver: false,
      timer: undefined,
    };
    this.#calls.set(invite.callId, call);
    setTimeout(() => this.#calls.delete(invite.callId), FORGOTTEN_MS).unref();
    const { status, ringMs } = this.#plan(userOf(invite.uri));
    if (status !== 200) return this.#refuse(call, `${status} Soak`);
    this.#respond(invite, place, '180 Ringing', tag);
    call.timer = setTimeout(() => this.#answer(call, 0), ringMs);
  }

  #answer(call: Answering, repeats: number): void {
    if (call.isOver || call.isAcknowledged || repeats > REPEATS_MAX) return;
    call.answeredMs ??= performance.now();
    this.#respond(call.invite, call.place, '200 OK', call.tag, soakSdp(this.#host));
    call.timer = setTimeout(() => this.#answer(call, repeats + 1), REPEAT_MS);
  }

  #acknowledged(call: Answering): void {
    if (call.isAcknowledged || call.isOver) return;
    call.isAcknowledged = true;
    clearTimeout(call.timer);
    const { invite, answeredMs = 0 } = call;
    this.answered.push({ caller: userOf(invite.from), answeredMs });
  }

  #refuse(call: Answering, status: string): void {
    this.#end(call);
    this.#respond(call.invite, call.place, status, call.tag);
  }

  #end(call: Answering): void {
    call.isOver = true;
    clearTimeout(call.timer);
  }

  #respond(request: SipText, place: RemoteInfo, status: string, tag: string, sdp = ''): void {
    const { vias, from, to, callId, cseq } = request;
    const isTagged = tag === '' || to.includes(';tag=');
    const headers = [
      ...vias,
      `From: ${from}`,
      `To: ${isTagged ? to : `${to};tag=${tag}`}`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq}`,
      `Contact: <sip:carrier@${this.address}>`,
    ];
    this.#socket.send(writeSipText(`SIP/2.0 ${status}`, headers, sdp), place.port, place.address);
  }
}
