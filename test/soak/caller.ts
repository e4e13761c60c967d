import { createSocket, type Socket } from 'node:dgram';
import { beginCall, type CallPlan, type LiveCall, writeRequest } from './outgoing-call.ts';
import type { SeenEnd } from './seen-call.ts';
import { readSipText, type SipText, soakSdp, writeSipText } from './sip-text.ts';

/** First retransmission, doubled each time (RFC 3261 §17.1.1.2, timer A). */
const T1_MS = 500;
const T2_MS = 4_000;
/** Nobody waits longer for a node that is no more, ms. */
const GIVE_UP_MS = 16_000;
/** A call that rings for longer is given up, ms. */
const RING_MAX_MS = 40_000;

/** Calls of one source address: UDP, with retransmissions, cheap enough for hundreds a second. */
export class Caller {
  readonly #socket: Socket;
  readonly #host: string;
  readonly #calls = new Map<string, LiveCall>();
  #port = 0;
  #number = 0;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.on('message', (datagram) => {
      const message = readSipText(datagram);
      if (message !== undefined) this.#hear(message);
    });
    // A port that nobody has any more is heard of by silence.
    socket.on('error', () => undefined);
  }

  /** Opens a source at that address. */
  static async open(host: string): Promise<Caller> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
    const caller = new Caller(socket, host);
    await new Promise<void>((resolve) => socket.bind(0, host, () => resolve()));
    caller.#port = socket.address().port;
    return caller;
  }

  /** Calls that are not over. */
  get live(): number {
    return this.#calls.size;
  }

  /** Begins a call; what becomes of it is written into `plan.seen`. */
  call(plan: CallPlan): void {
    const call = beginCall(plan, this.#host, ++this.#number);
    this.#calls.set(call.callId, call);
    const invite = this.#request(call, 'INVITE', 1, call.branch, soakSdp(this.#host));
    this.#sendUntilHeard(call, invite, 'unheard');
    if (call.cancelAfterMs !== undefined) {
      call.plan = setTimeout(() => this.#cancel(call), call.cancelAfterMs);
    }
  }

  close(): void {
    for (const call of this.#calls.values()) this.#stop(call);
    this.#socket.close();
  }

  #hear(message: SipText): void {
    const call = this.#calls.get(message.callId);
    if (message.method !== undefined) return this.#heardRequest(call, message);
    if (call === undefined) return;
    if (message.cseq.endsWith('INVITE')) this.#heardInviteAnswer(call, message);
    else if (message.cseq.endsWith('BYE') && call.phase === 'ending') this.#over(call, 'byCaller');
  }

  #heardRequest(call: LiveCall | undefined, { method, vias, from, to, callId, cseq }: SipText) {
    if (method === 'ACK') return;
    const headers = [...vias, `From: ${from}`, `To: ${to}`, `Call-ID: ${callId}`, `CSeq: ${cseq}`];
    const status = call === undefined ? '481 Gone' : '200 OK';
    const place = /received=([\d.]+)/.exec(vias[0] ?? '')?.[1];
    const [, host = '', port = ''] = /UDP ([^:;]+):(\d+)/.exec(vias[0] ?? '') ?? [];
    this.#socket.send(writeSipText(`SIP/2.0 ${status}`, headers), Number(port), place ?? host);
    if (call === undefined || method !== 'BYE') return;
    call.seen.endedMs ??= performance.now();
    this.#over(call, 'byNode');
  }

  #heardInviteAnswer(call: LiveCall, message: SipText): void {
    const { status } = message;
    if (status < 200) {
      call.isRinging ||= status > 100;
      this.#waitForFinal(call);
      return;
    }
    if (status >= 300) return this.#refused(call, message);
    call.to = message.to;
    call.target = message.contact;
    this.#send(call, this.#request(call, 'ACK', 1, `${call.branch}a`));
    if (call.phase !== 'calling') return;
    call.phase = 'talking';
    call.seen.status = status;
    call.seen.answeredMs = performance.now();
    this.#stop(call);
    const talkMs = call.isCancelled ? 0 : call.talkMs;
    call.plan = setTimeout(() => this.#hangUp(call), talkMs);
  }

  #refused(call: LiveCall, { status, to }: SipText): void {
    call.to = to;
    this.#send(call, this.#request(call, 'ACK', 1, call.branch));
    if (call.phase !== 'calling') return;
    call.seen.status = status;
    this.#over(call, 'refused');
  }

  /** The node has it: no more retransmissions, but not without an end. */
  #waitForFinal(call: LiveCall): void {
    if (call.phase !== 'calling') return;
    clearTimeout(call.timer);
    call.timer = setTimeout(() => this.#over(call, 'unheard'), RING_MAX_MS);
  }

  #cancel(call: LiveCall): void {
    if (call.phase !== 'calling' || !call.isRinging) return;
    call.isCancelled = true;
    this.#send(call, this.#request(call, 'CANCEL', 1, call.branch));
  }

  #hangUp(call: LiveCall): void {
    if (call.phase !== 'talking') return;
    call.phase = 'ending';
    call.seen.endedMs = performance.now();
    const bye = this.#request(call, 'BYE', 2, `${call.branch}b`);
    this.#sendUntilHeard(call, bye, 'lost');
  }

  #request(call: LiveCall, method: string, number: number, branch: string, sdp = ''): Buffer {
    const source = { host: this.#host, port: this.#port };
    return writeRequest(call, source, { method, number, branch, sdp });
  }

  #sendUntilHeard(call: LiveCall, datagram: Buffer, otherwise: SeenEnd): void {
    const begunMs = performance.now();
    let pauseMs = T1_MS;
    const again = (): void => {
      if (performance.now() - begunMs > GIVE_UP_MS) return this.#over(call, otherwise);
      this.#send(call, datagram);
      call.timer = setTimeout(again, pauseMs);
      pauseMs = Math.min(T2_MS, pauseMs * 2);
    };
    again();
  }

  #send({ node }: LiveCall, datagram: Buffer): void {
    const [host, port] = node.split(':');
    this.#socket.send(datagram, Number(port), host);
  }

  #stop(call: LiveCall): void {
    clearTimeout(call.timer);
    clearTimeout(call.plan);
  }

  #over(call: LiveCall, end: SeenEnd): void {
    if (call.phase === 'over') return;
    call.phase = 'over';
    call.seen.end = end;
    call.seen.closedMs = performance.now();
    call.seen.endedMs ??= call.seen.closedMs;
    this.#stop(call);
    // A repeated answer is acknowledged once more for a while.
    setTimeout(() => this.#calls.delete(call.callId), 2_000).unref();
  }
}
