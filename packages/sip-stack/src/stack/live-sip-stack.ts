import { type Clock, type StopTimer, TimerWheel } from '@tandem/engine';

import { DialogTable } from '../dialog/dialog-table.ts';
import type { LiveDialog } from '../dialog/live-dialog.ts';
import { LiveOutgoingInvite } from '../dialog/live-outgoing-invite.ts';
import type { Dialog } from '../dialog/dialog.ts';
import type { MessageTap, TapOptions } from '../trace/message-tap.ts';
import { Tracer } from '../trace/tracer.ts';
import { TransactionTable } from '../transaction/transaction-table.ts';
import { defaultTimerValues, type TimerValues } from '../transaction/timer-values.ts';
import { ConnectionGate } from '../transport/connection-gate.ts';
import { defaultProtection } from '../guard/protection-options.ts';
import { SourceGuard } from '../guard/source-guard.ts';
import { DnsCache } from '../resolve/dns-cache.ts';
import { ServerLocator } from '../resolve/server-locator.ts';
import { SuspectTargets } from '../resolve/suspect-targets.ts';
import { SystemDns } from '../resolve/system-dns.ts';
import type { Flow, FlowDescription } from '../transport/flow.ts';
import type { Listener, ListenOptions, TlsOptions } from '../transport/listener.ts';
import type { NoticeKind } from '../transport/notice.ts';
import type { ResolveTargets, Target } from '../transport/target.ts';
import { StreamsInstead } from '../transport/streams-instead.ts';
import { TransportSet } from '../transport/transport-set.ts';
import { readUdpDrops } from '../transport/udp-drops.ts';
import { defaultParseLimits } from '../wire/parse-limits.ts';
import { CounterSet } from './counter-set.ts';
import { IdSource } from './id-source.ts';
import { LiveOutgoingRequest } from './live-outgoing-request.ts';
import { MessageReceiver } from './message-receiver.ts';
import type { HopSource, NextHop } from './next-hop.ts';
import type { OutgoingInviteOptions, OutgoingRequestOptions } from './outgoing-options.ts';
import type {
  OutgoingInvite,
  OutgoingInviteUser,
  OutgoingRequest,
  OutgoingRequestUser,
} from './outgoing-request.ts';
import { orderOutside, type RequestOrder } from './request-order.ts';
import { RequestReceiver } from './request-receiver.ts';
import type { SipStack, SipStackUser } from './sip-stack.ts';
import type { StackCore } from './stack-core.ts';
import { defaultStackLimits } from './stack-limits.ts';
import type { SipStackOptions } from './stack-options.ts';
import type { StackStats } from './stack-stats.ts';
import { StatelessAnswers } from './stateless-answers.ts';

/** Makes a stack; it holds nothing and hears nothing until `listen`. */
export function createSipStack(options: SipStackOptions): SipStack {
  return new LiveSipStack(options);
}

/** Puts the parts together; see {@link SipStack}. */
class LiveSipStack implements SipStack, StackCore, HopSource {
  user: SipStackUser | undefined;
  readonly clock: Clock;
  readonly wheel: TimerWheel;
  readonly timers: TimerValues;
  readonly ids: IdSource;
  readonly counters = new CounterSet();
  readonly transactions: TransactionTable;
  readonly guard: SourceGuard;
  readonly dialogs = new DialogTable();
  readonly hops: HopSource = this;
  readonly suspects: SuspectTargets;
  readonly datagramBytesMax: number;
  readonly searches = new Set<NextHop>();
  readonly product: string;
  readonly resolveTimeoutMs: number;
  readonly #options: SipStackOptions;
  readonly #resolve: ResolveTargets;
  readonly #gate: ConnectionGate;
  readonly #receiver: MessageReceiver;
  readonly #transports: TransportSet;
  /** Bounds of which the operator was told a moment ago, and what ends that moment. */
  readonly #boundsTold = new Map<string, StopTimer>();
  #lastConnectionId = 0;
  readonly #tracer: Tracer;
  readonly #streams: StreamsInstead;
  #isOpen = true;

  constructor(options: SipStackOptions) {
    const limits = { ...defaultStackLimits, ...options.limits };
    const parseLimits = { ...defaultParseLimits, ...options.parseLimits };
    this.#options = options;
    this.clock = options.clock;
    this.suspects = new SuspectTargets(options.clock);
    this.datagramBytesMax = limits.datagramBytesMax;
    this.#streams = new StreamsInstead(options.clock, limits.streamInsteadConnectMs);
    this.resolveTimeoutMs = limits.resolveTimeoutMs;
    this.wheel =
      options.wheel ??
      new TimerWheel(options.clock, (cause) => this.#notice('user-fault', 'a timer failed', cause));
    this.timers = options.timers ?? defaultTimerValues;
    this.ids = new IdSource(options.tagPrefix ?? '', options.bootId, options.randomBelow);
    this.product = options.product ?? '';
    this.transactions = new TransactionTable({
      wheel: this.wheel,
      timers: this.timers,
      transactionsMax: limits.transactionsMax,
      unansweredMax: limits.unansweredMax,
      proceedingMaxMs: limits.proceedingMaxMs,
      onRepeatSent: () => void this.counters.repeatsSent++,
    });
    this.#gate = new ConnectionGate(
      limits.connectionsMax,
      limits.connectionsPerAddressMax,
      (address) => {
        this.counters.connectionsRefused++;
        this.#tellBound('connections', `one from ${address} was closed`);
      },
      (address) => this.guard.isBanned(address),
    );
    this.guard = new SourceGuard({
      clock: options.clock,
      options: { ...defaultProtection, ...options.protection },
      onBan: (isMeant, address) => {
        this.#transports.closeFrom(isMeant);
        this.#tellBound('messages', `${address} and perhaps others are banned`);
      },
    });
    this.#resolve = options.resolve ?? this.#makeResolver(options);
    const answers = new StatelessAnswers({
      counters: this.counters,
      product: this.product,
      isSymmetric: options.symmetricAnswers === 'always',
      findFlow: (target, listener) => this.flowTo(target, listener),
      bootId: this.ids.bootId,
    });
    const requests = new RequestReceiver({
      core: this,
      answers,
      admit: options.admit,
      isOverloaded: options.isOverloaded,
      tagPrefix: this.ids.tagPrefix,
      isReinviteTried: options.isReinviteTried ?? true,
      dialogsMax: limits.dialogsMax,
      user: () => this.user,
      onBound: (what) => this.#tellBound(what, 'new requests get 503'),
    });
    this.#tracer = new Tracer({
      clock: options.clock,
      wheel: this.wheel,
      hep: options.hep,
      tell: (call) => this.tell(call),
    });
    this.#receiver = new MessageReceiver({
      core: this,
      tracer: this.#tracer,
      answers,
      requests,
      parseLimits,
      screen: options.screen,
      user: () => this.user,
      onNotice: (notice) => options.onNotice?.(notice),
    });
    this.#transports = new TransportSet(
      {
        user: this.#receiver,
        clock: options.clock,
        wheel: this.wheel,
        gate: this.#gate,
        limits,
        parseLimits,
        randomBelow: (bound) => this.ids.randomBelow(bound),
        nextConnectionId: () => ++this.#lastConnectionId,
      },
      limits.receiveBufferBytes,
      options.network,
    );
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get listeners(): readonly Listener[] {
    return this.#transports.listeners;
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
    const request = new LiveOutgoingRequest(this, orderOutside(options, this), user);
    request.start();
    return request;
  }

  sendInvite(options: OutgoingInviteOptions, user: OutgoingInviteUser): OutgoingInvite {
    const order = orderOutside({ ...options, method: 'INVITE' }, this);
    const invite = new LiveOutgoingInvite(this, order, user);
    invite.start();
    return invite;
  }

  makeReinvite(
    order: RequestOrder,
    user: OutgoingInviteUser,
    dialog: LiveDialog,
  ): LiveOutgoingInvite {
    return new LiveOutgoingInvite(this, order, user, dialog);
  }

  receive(text: string, flow: Flow): void {
    if (this.#isOpen) this.#receiver.onBytes(Buffer.from(text, 'latin1'), flow);
  }

  flowTo(target: Target, listenerName: string | undefined): Flow | undefined {
    return this.#transports.flowTo(target, listenerName);
  }

  streamBeside(flow: Flow): Flow | undefined {
    const target = this.#streams.targetBeside(flow);
    return target === undefined ? undefined : this.flowTo(target, flow.listener.name);
  }

  noteStreamRefused(flow: Flow): void {
    this.#streams.noteRefused(flow);
  }

  findFlow(description: FlowDescription): Flow | undefined {
    return this.#transports.findFlow(description);
  }

  findDialog(callId: string, localTag: string, remoteTag: string): Dialog | undefined {
    const dialog = this.dialogs.find(callId, localTag, remoteTag);
    return dialog?.state === 'ended' ? undefined : dialog;
  }

  resolve(uri: string): Promise<readonly Target[]> {
    return this.#resolve(uri);
  }

  makeTag(): string {
    return this.ids.makeTag();
  }

  makeCallId(): string {
    return this.ids.makeCallId();
  }

  tap(options: TapOptions): MessageTap {
    return this.#tracer.open(options);
  }

  stats(): StackStats {
    const { transactions, dialogs } = this;
    return {
      gauges: {
        inviteServers: transactions.inviteServers,
        requestServers: transactions.requestServers,
        inviteClients: transactions.inviteClients,
        requestClients: transactions.requestClients,
        unanswered: transactions.unanswered,
        dialogs: dialogs.live,
        endedDialogs: dialogs.ended,
        unacknowledgedAnswers: dialogs.unacknowledged,
        timers: this.wheel.size,
        connections: this.#gate.count,
        listeners: this.#transports.listeners.length,
      },
      counters: this.counters.read(),
      trace: {
        taps: this.#tracer.taps,
        hepSent: this.#tracer.hepSent,
        hepDropped: this.#tracer.hepDropped,
      },
      guard: {
        sources: this.guard.sources,
        banned: this.guard.banned,
        bansMade: this.guard.bansMade,
      },
    };
  }

  readUdpDrops(): Promise<number> {
    return readUdpDrops(this.#transports.listeners);
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    for (const search of this.searches) search.fail('stack closed');
    this.transactions.close(new Error('stack closed'));
    this.dialogs.close();
    this.#tracer.close();
    for (const stop of this.#boundsTold.values()) stop();
    await this.#transports.close();
  }

  tell(call: () => unknown, onFault?: () => void): void {
    const fail = (cause: unknown): void => {
      this.#notice('user-fault', 'a callback of the user of the stack failed', cause);
      onFault?.();
    };
    try {
      const running = call();
      if (running instanceof Promise) running.catch(fail);
    } catch (cause) {
      fail(cause);
    }
  }

  #makeResolver({ clock, dns, dnsSource }: SipStackOptions): ResolveTargets {
    const locator = new ServerLocator({
      source: new DnsCache(dnsSource ?? new SystemDns(clock, dns), clock),
      randomBelow: (bound) => this.ids.randomBelow(bound),
      speaks: (transport, family) => this.#transports.speaks(transport, family),
    });
    return (uri) => locator.locate(uri);
  }

  // Once for each bound: under a flood the log must not be flooded too.
  #tellBound(what: string, consequence: string): void {
    if (this.#boundsTold.has(what)) return;
    const stop = this.wheel.after(BOUND_NOTICE_MS, () => void this.#boundsTold.delete(what));
    this.#boundsTold.set(what, stop);
    this.#notice('bound-reached', `too many ${what}: ${consequence}`);
  }

  #notice(kind: NoticeKind, message: string, cause?: unknown): void {
    this.#options.onNotice?.(cause === undefined ? { kind, message } : { kind, message, cause });
  }
}

/** How long a notice about one bound keeps others about it away. */
const BOUND_NOTICE_MS = 10_000;
