import type { Dialog } from '../dialog/dialog.ts';
import { LiveOutgoingInvite } from '../dialog/live-outgoing-invite.ts';
import type { StackGuard } from '../guard/stack-guard.ts';
import type { MessageTap, TapOptions } from '../trace/message-tap.ts';
import { Tracer } from '../trace/tracer.ts';
import { ConnectionGate } from '../transport/connection-gate.ts';
import type { Flow, FlowDescription } from '../transport/flow.ts';
import type { Listener, ListenOptions, TlsOptions } from '../transport/listener.ts';
import type { Target } from '../transport/target.ts';
import { TransportSet } from '../transport/transport-set.ts';
import { readUdpDrops } from '../transport/udp-drops.ts';
import { defaultParseLimits } from '../wire/parse-limits.ts';
import { LiveCore } from './live-core.ts';
import { LiveOutgoingRequest } from './live-outgoing-request.ts';
import type { MessageReceiver } from './message-receiver.ts';
import { openReception } from './open-reception.ts';
import type { OutgoingInviteOptions, OutgoingRequestOptions } from './outgoing-options.ts';
import type {
  OutgoingInvite,
  OutgoingInviteUser,
  OutgoingRequest,
  OutgoingRequestUser,
} from './outgoing-request.ts';
import { readStats } from './read-stats.ts';
import { orderOutside } from './request-order.ts';
import type { SipStack, SipStackUser } from './sip-stack.ts';
import { defaultStackLimits } from './stack-limits.ts';
import type { SipStackOptions } from './stack-options.ts';
import type { StackStats } from './stack-stats.ts';

/** Makes a stack; it holds nothing and hears nothing until `listen`. */
export function createSipStack(options: SipStackOptions): SipStack {
  return new LiveSipStack(options);
}

/** Puts the parts together; see {@link SipStack}. */
class LiveSipStack implements SipStack {
  user: SipStackUser | undefined;
  readonly #core: LiveCore;
  readonly #gate: ConnectionGate;
  readonly #tracer: Tracer;
  readonly #receiver: MessageReceiver;
  readonly #transports: TransportSet;
  #lastConnectionId = 0;

  constructor(options: SipStackOptions) {
    const limits = { ...defaultStackLimits, ...options.limits };
    const parseLimits = { ...defaultParseLimits, ...options.parseLimits };
    const { clock } = options;
    const core = new LiveCore(options, limits, () => this.#transports);
    const { wheel, ids } = core;
    this.#core = core;
    this.#tracer = new Tracer({ clock, wheel, hep: options.hep, tell: (call) => core.tell(call) });
    const user = (): SipStackUser | undefined => this.user;
    const tracer = this.#tracer;
    this.#receiver = openReception({ core, options, limits, parseLimits, tracer, user });
    this.#gate = new ConnectionGate(
      limits.connectionsMax,
      limits.connectionsPerAddressMax,
      (address) => {
        core.counters.connectionsRefused++;
        core.notices.tellBound('connections', `one from ${address} was closed`);
      },
      (address) => core.guard.isBanned(address),
    );
    this.#transports = new TransportSet(
      {
        user: this.#receiver,
        clock,
        wheel,
        gate: this.#gate,
        limits,
        parseLimits,
        randomBelow: (bound) => ids.randomBelow(bound),
        nextConnectionId: () => ++this.#lastConnectionId,
      },
      limits.receiveBufferBytes,
      options.network,
    );
  }

  get guard(): StackGuard {
    return this.#core.guard;
  }

  get listeners(): readonly Listener[] {
    return this.#transports.listeners;
  }

  get waitedMs(): number {
    return this.#transports.waitedMs;
  }

  listen(options: ListenOptions): Promise<readonly Listener[]> {
    return this.#transports.listen(options);
  }

  unlisten(listenerName: string): Promise<void> {
    return this.#transports.unlisten(listenerName);
  }

  renewTls(listenerName: string, tls: TlsOptions): void {
    this.#transports.renewTls(listenerName, tls);
  }

  sendRequest(options: OutgoingRequestOptions, user: OutgoingRequestUser): OutgoingRequest {
    const core = this.#core;
    const request = new LiveOutgoingRequest(
      core,
      orderOutside(options.method, options, core),
      user,
    );
    request.start();
    return request;
  }

  sendInvite(options: OutgoingInviteOptions, user: OutgoingInviteUser): OutgoingInvite {
    const core = this.#core;
    const order = orderOutside('INVITE', options, core);
    const invite = new LiveOutgoingInvite(core, order, user);
    invite.start();
    return invite;
  }

  receive(text: string, flow: Flow): void {
    if (this.#core.isOpen) this.#receiver.onBytes(Buffer.from(text, 'latin1'), flow);
  }

  findFlow(description: FlowDescription): Flow | undefined {
    return this.#transports.findFlow(description);
  }

  findDialog(callId: string, localTag: string, remoteTag: string): Dialog | undefined {
    const dialog = this.#core.dialogs.find(callId, localTag, remoteTag);
    return dialog?.state === 'ended' ? undefined : dialog;
  }

  resolve(uri: string): Promise<readonly Target[]> {
    return this.#core.hops.resolve(uri);
  }

  makeTag(): string {
    return this.#core.ids.makeTag();
  }

  makeCallId(): string {
    return this.#core.ids.makeCallId();
  }

  tap(options: TapOptions): MessageTap {
    return this.#tracer.open(options);
  }

  stats(): StackStats {
    const core = this.#core;
    const tracer = this.#tracer;
    const connections = this.#gate.count;
    return readStats({ core, tracer, connections, listeners: this.listeners.length });
  }

  readUdpDrops(): Promise<number> {
    return readUdpDrops(this.#transports.listeners);
  }

  async close(): Promise<void> {
    this.#core.close();
    this.#tracer.close();
    await this.#transports.close();
  }
}
