import { randomBytes } from 'node:crypto';
import type { Clock } from '@tandem/engine';
import {
  contactUri,
  createSipStack,
  type DigestAnswer,
  DigestClient,
  type HeaderLine,
  type IncomingInvite,
  type Listener,
  type MemoryNetwork,
  type SipBody,
  type SipResponse,
  type SipStack,
  type TimerValues,
  type TlsOptions,
  type TransportName,
  withoutBrackets,
} from '@tandem/sip-stack';
import { Moment } from './moment.ts';
import { bodyOf, PhoneCall } from './phone-call.ts';
import { phoneSdp } from './phone-sdp.ts';

/** How a phone is set up. */
export interface PhoneOptions {
  readonly clock: Clock;
  readonly name: string;
  readonly password?: string;
  /** User of its digest credentials; default `name`. */
  readonly username?: string;
  /** `host:port` of the node it talks to. */
  readonly server: string;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default: the system chooses. */
  readonly port?: number;
  readonly transport?: TransportName;
  /** Contact other than the own address: what a phone behind NAT writes. */
  readonly contact?: string;
  readonly timers?: TimerValues;
  readonly network?: MemoryNetwork;
  /** Certificate of its own and authorities it trusts, for `tls`. */
  readonly tls?: TlsOptions;
}

/** What a call of a phone may carry. */
export interface CallOptions {
  /** The offer; null for none. Default one of the phone's own. */
  readonly sdp?: string | null;
  readonly headers?: readonly HeaderLine[];
  readonly uri?: string;
  /** URI of To; default that of the request. */
  readonly to?: string;
}

/** How a REGISTER is made. */
export interface RegisterOptions {
  readonly expiresSeconds?: number;
  /** Contact header values; default the phone's own contact. */
  readonly contacts?: readonly string[];
  readonly headers?: readonly HeaderLine[];
}

/** A phone for tests and for the demo, built on the same stack: registers, calls, answers, hangs up. */
export class Phone {
  readonly stack: SipStack;
  /** Calls that came in, in order. */
  readonly calls: PhoneCall[] = [];
  /** What happens to a call that comes in; by default it waits in `calls`. */
  onCall: (call: PhoneCall) => void = () => undefined;
  readonly #options: PhoneOptions;
  readonly #digest: DigestClient;
  readonly #registerCallId: string;
  #listener: Listener | undefined;
  #next = new Moment<PhoneCall>();
  #registerSequence = 0;

  private constructor(options: PhoneOptions) {
    this.#options = options;
    const { clock, timers, network, name, username = name, password = '' } = options;
    this.stack = createSipStack({
      clock,
      product: `phone ${name}`,
      ...(timers !== undefined && { timers }),
      ...(network !== undefined && { network }),
    });
    this.#digest = new DigestClient({ username, password }, randomBytes);
    this.#registerCallId = this.stack.makeCallId();
    this.stack.user = {
      onInvite: (invite) => this.#receive(invite),
      onRequest: (request) => request.respond(request.method === 'OPTIONS' ? 200 : 405),
    };
  }

  /** Opens the phone's socket. */
  static async open(options: PhoneOptions): Promise<Phone> {
    const phone = new Phone(options);
    const { transport = 'udp', host = '127.0.0.1', port = 0, tls } = options;
    const secure = tls === undefined ? {} : { tls };
    [phone.#listener] = await phone.stack.listen({ transport, host, port, ...secure });
    return phone;
  }

  get name(): string {
    return this.#options.name;
  }

  /** `host:port` of the node it talks to. */
  get server(): string {
    return this.#options.server;
  }

  /** `host:port` of the phone's socket. */
  get address(): string {
    const { advertisedHost, port } = this.#own;
    return `${advertisedHost}:${port}`;
  }

  /** The URI it writes into Contact. */
  get contact(): string {
    return this.#options.contact ?? contactUri(this.#own, this.name);
  }

  /** Registers, with digest where it is asked for; the final answer. */
  register(options: RegisterOptions = {}): Promise<SipResponse> {
    const { expiresSeconds = 300, contacts = [`<${this.contact}>`], headers = [] } = options;
    return this.request('REGISTER', `sip:${this.#options.server}`, [
      ...contacts.map((value): HeaderLine => ['Contact', value]),
      ['Expires', String(expiresSeconds)],
      ...headers,
    ]);
  }

  /** Takes its registration back. */
  unregister(): Promise<SipResponse> {
    return this.register({ expiresSeconds: 0 });
  }

  /** Sends a request outside of calls; challenges are answered. Rejects where no answer comes. */
  request(
    method: string,
    uri: string,
    headers: readonly HeaderLine[],
    body?: SipBody,
  ): Promise<SipResponse> {
    const address = this.#address;
    const callId = method === 'REGISTER' ? this.#registerCallId : this.stack.makeCallId();
    const localTag = this.stack.makeTag();
    return new Promise((resolve, reject) => {
      const send = (previous?: DigestAnswer): void => {
        const sequence = ++this.#registerSequence;
        const all = [...headers, ...(previous?.headers ?? [])];
        const to = method === 'MESSAGE' ? `<${uri}>` : address;
        const options = { method, uri, from: address, to, callId, localTag, sequence };
        this.stack.sendRequest(
          { ...options, headers: all, path: this.#path, ...(body !== undefined && { body }) },
          {
            onFinal: (response) => {
              const said = body?.content ?? '';
              const outcome = this.#answer(response, method, uri, said, previous);
              if (outcome === undefined) resolve(response);
              else send(outcome);
            },
            onFailed: ({ message }) => reject(new Error(message)),
          },
        );
      };
      send();
    });
  }

  /** Calls a number or name at its server. */
  call(called: string, options: CallOptions = {}): PhoneCall {
    const call = new PhoneCall(this.name);
    const { sdp = phoneSdp(this.name), headers = [] } = options;
    const uri = options.uri ?? `sip:${called}@${this.#options.server}`;
    const content = { headers, ...bodyOf(sdp ?? undefined) };
    const callId = this.stack.makeCallId();
    const localTag = this.stack.makeTag();
    const send = (sequence: number, previous?: DigestAnswer): void => {
      const invite = this.stack.sendInvite(
        {
          uri,
          from: this.#address,
          to: `<${options.to ?? uri}>`,
          callId,
          localTag,
          sequence,
          contact: `<${this.contact}>`,
          path: this.#path,
          ...content,
          headers: [...headers, ...(previous?.headers ?? [])],
        },
        {
          onProvisional: (response) => {
            call.statuses.push(response.status);
            call.responses.push(response);
            if (response.body !== '') call.remoteSdp = response.body;
            call.ringing.happen(response);
          },
          onAnswered: (response, dialog) => {
            call.statuses.push(response.status);
            call.responses.push(response);
            if (response.body !== '') call.remoteSdp = response.body;
            call.adopt(dialog);
            invite.ack(sdp === null ? bodyOf(phoneSdp(this.name)) : {});
            call.answered.happen();
          },
          onRefused: (response) => {
            const body = content.body?.content ?? '';
            const answer = this.#answer(response, 'INVITE', uri, body, previous);
            if (answer !== undefined) return send(sequence + 1, answer);
            call.statuses.push(response.status);
            call.responses.push(response);
            call.refused.happen(response.status);
          },
          onFailed: () => call.refused.happen(0),
        },
      );
      call.invite = invite;
    };
    send(1);
    return call;
  }

  /** The next call that comes in. */
  nextCall(): Promise<PhoneCall> {
    return this.#next.wait();
  }

  /** Closes its socket at once. */
  async close(): Promise<void> {
    await this.stack.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  get #own(): Listener {
    if (this.#listener === undefined) throw new Error('the phone has no socket');
    return this.#listener;
  }

  get #address(): string {
    return `<sip:${this.name}@${this.#options.server}>`;
  }

  get #path(): { targets: { transport: TransportName; address: string; port: number }[] } {
    const { server, transport = 'udp' } = this.#options;
    const colon = server.lastIndexOf(':');
    const address = withoutBrackets(server.slice(0, colon));
    return { targets: [{ transport, address, port: Number(server.slice(colon + 1)) }] };
  }

  #answer(
    response: SipResponse,
    method: string,
    uri: string,
    body: string,
    previous: DigestAnswer | undefined,
  ): DigestAnswer | undefined {
    if (response.status !== 401 && response.status !== 407) return undefined;
    if (this.#options.password === undefined) return undefined;
    const outcome = this.#digest.answerChallenges(response, { method, uri, body }, previous);
    return outcome.kind === 'answered' ? outcome.answer : undefined;
  }

  #receive(invite: IncomingInvite): void {
    const call = new PhoneCall(this.name);
    call.incoming = invite;
    call.remoteSdp = invite.request.body;
    invite.user = {
      onCancel: (cancel) => {
        call.requests.push(cancel);
        invite.respond(487);
        call.ended.happen(cancel);
      },
      onAck: (ack) => {
        if (ack.body !== '') call.remoteSdp = ack.body;
        call.answered.happen();
      },
    };
    this.calls.push(call);
    const heard = this.#next;
    this.#next = new Moment();
    this.onCall(call);
    heard.happen(call);
  }
}
