import type { Bus, Log, Scope } from '@tandem/engine';
import type { NodeIdentity, Switchboard } from '@tandem/messages';
import {
  createSipStack,
  defaultTimerValues,
  DigestServer,
  type Flow,
  type IncomingInvite,
  type IncomingRequest,
  type MemoryNetwork,
  type ResolveTargets,
  type SipRequest,
  type SipStack,
  type SipStackUser,
  withBrackets,
} from '@tandem/sip-stack';
import { Authenticator } from './auth/authenticator.ts';
import { WrongPasswords } from './auth/wrong-passwords.ts';
import type { SipSettings } from './config.ts';
import { checkInvite } from './incoming/invite-checks.ts';
import { receiveInvite } from './incoming/receive-invite.ts';
import { DriverHost } from './driver-host.ts';
import { ListenerSet } from './listener-set.ts';
import { NatKeeper } from './register/nat-keeper.ts';
import { checkRegister, receiveRegister } from './register/receive-register.ts';
import { unregisterFlow } from './register/closed-flow.ts';
import { makeAdmission } from './requests/admission.ts';
import { makeDoorChallenge } from './requests/challenge-at-door.ts';
import { answerOtherRequest } from './requests/other-requests.ts';
import { type PeerRanges, readPeerRanges } from './requests/peer-ranges.ts';
import { type StrangerPolicy, strangerPolicy } from './requests/stranger-policy.ts';
import { randomBelow } from './random-below.ts';
import { SipCounters } from './sip-counters.ts';
import { protectionSettings, stackSettings } from './stack-settings.ts';
import { TrunkLines } from './trunk/trunk-lines.ts';
import { StrayRequests } from './stray/stray-requests.ts';
import { TraceBook } from './trace/trace-book.ts';
import { tagPrefixOf } from './stray/tag-owner.ts';

/** What a driver is given by the node. */
export interface SipDriverParts {
  readonly switchboard: Switchboard;
  readonly identity: NodeIdentity;
  /** Realm of digest, one per cluster: `[registrar] realm`. */
  readonly realm: string;
  readonly bus: Bus;
  readonly log: Log;
  /** Random bytes from the system. */
  readonly random: (bytes: number) => Uint8Array;
  /** Whether there is any user who could answer a challenge. */
  hasUsers(): boolean;
  /** How late the event loop is, ms; default never late. */
  readonly lagMs?: (() => number) | undefined;
  /** Places a URI leads to; default literal addresses and the system's resolver. */
  readonly resolve?: ResolveTargets | undefined;
  /** A network in memory instead of sockets, for tests. */
  readonly network?: MemoryNetwork | undefined;
}

const RETRY_AFTER_MIN_SECONDS = 2;
/** And up to this much more, so that all who were refused do not come back at once. */
const RETRY_AFTER_SPREAD_SECONDS = 9;
const STOP_MS = 4_000;
/**
 * How long what comes may wait before new calls are refused, ms: well below T1 (RFC 3261 §17.1.1.1),
 * when peers send it again.
 */
const WAITED_MAX_MS = 300;
/** What a wrong password costs of an address's limit, in messages. */
const WRONG_PASSWORD_COST = 10;

/**
 * SIP on one node, from the first set-up of the plugin to its end: the stack and its listeners,
 * the legs, the door and the registrar's front. Reloads change its settings, never its calls.
 */
export class SipDriver implements SipStackUser {
  readonly switchboard: Switchboard;
  readonly identity: NodeIdentity;
  readonly stack: SipStack;
  readonly host: DriverHost;
  readonly keeper: NatKeeper;
  readonly counters = new SipCounters();
  readonly #wrongPasswords: WrongPasswords;
  readonly listeners: ListenerSet;
  readonly strays: StrayRequests;
  readonly traces: TraceBook;
  readonly lines: TrunkLines;
  readonly #parts: SipDriverParts;
  readonly #digest: DigestServer;
  readonly #authenticator: Authenticator;
  #ranges: PeerRanges;
  #holders = 0;
  #isClosing = false;

  constructor(parts: SipDriverParts, settings: SipSettings) {
    const { bus, identity, random } = parts;
    const { clock, wheel } = bus;
    this.#parts = parts;
    this.switchboard = parts.switchboard;
    this.identity = identity;
    this.#ranges = readPeerRanges(settings);
    this.#wrongPasswords = new WrongPasswords(clock);
    const fixed = stackSettings(settings, identity.node);
    const { timers = defaultTimerValues } = fixed;
    this.stack = createSipStack({
      ...fixed,
      clock,
      wheel,
      tagPrefix: tagPrefixOf(identity.node),
      bootId: identity.boot,
      product: settings.product,
      // What a call may carry is refused by us, with 513 (as between nodes), not by the parser.
      parseLimits: { bodyBytesMax: 65_535 },
      admit: makeAdmission({
        switchboard: parts.switchboard,
        counters: this.counters,
        ranges: () => this.#ranges,
        strangers: () => this.#strangers(),
        recognise: (request, flow) => this.#isVouchedFor(request, flow),
        isRetiring: (flow) => this.listeners.isRetiring(flow.listener),
        retryAfterSeconds: () => this.#retryAfterSeconds(),
      }),
      isOverloaded: () => this.#isOverloaded(),
      challenge: makeDoorChallenge({
        authenticator: () => this.#authenticator,
        ranges: () => this.#ranges,
        strangers: () => this.#strangers(),
        isOfLine: (request, flow) => this.lines.find(request, flow) !== undefined,
        isUnsound: (request) => this.#isUnsound(request),
      }),
      protection: protectionSettings(settings, (address) => this.#isSpared(address)),
      onNotice: ({ kind, message, cause }) =>
        parts.log.warn(message, cause instanceof Error ? { kind, cause: cause.message } : { kind }),
      ...(parts.resolve !== undefined && { resolve: parts.resolve }),
      ...(parts.network !== undefined && { network: parts.network }),
    });
    this.stack.user = this;
    this.listeners = new ListenerSet(this.stack, parts.log, () => this.host.legs);
    const { stack, counters } = this;
    this.lines = new TrunkLines({ stack, clock, random, realm: parts.realm });
    this.traces = new TraceBook(stack, bus);
    this.strays = new StrayRequests({ bus, stack, identity, counters });
    this.keeper = new NatKeeper(this.stack, clock, wheel, () => this.host.settings);
    this.#digest = new DigestServer({
      node: identity.node,
      secret: random(32),
      random,
      now: () => clock.now(),
      nonceLifetimeMs: settings.nonceLifetime,
      algorithms: settings.digestAlgorithms,
    });
    const digest = this.#digest;
    this.#authenticator = new Authenticator({
      bus,
      digest,
      counters,
      realm: parts.realm,
      onWrongPassword: ({ remoteAddress }) => this.#onWrongPassword(remoteAddress),
    });
    this.host = new DriverHost({
      stack: this.stack,
      clock,
      wheel,
      log: parts.log,
      counters,
      timers,
      random,
      settings,
    });
  }

  get ranges(): PeerRanges {
    return this.#ranges;
  }

  /** Nonces whose counters are remembered. */
  get usedNonces(): number {
    return this.#digest.usedNonces;
  }

  /** Takes new settings and opens what `listen` names anew. @throws what a socket throws */
  async apply(settings: SipSettings): Promise<void> {
    await this.listeners.open(settings);
    this.host.settings = settings;
    this.#ranges = readPeerRanges(settings);
  }

  /** Reads the files of certificates again. @throws as {@link ListenerSet.renewCertificates} */
  async renewCertificates(): Promise<void> {
    await this.listeners.renewCertificates(this.host.settings);
  }

  /** One more scope uses it; the last one that lets go of it ends it. */
  hold(scope: Scope): void {
    this.#holders++;
    scope.onDispose(async () => {
      this.#holders--;
      if (this.#holders === 0) await this.#close();
    });
  }

  /** @internal */
  async onInvite(invite: IncomingInvite): Promise<void> {
    await receiveInvite(invite, {
      host: this.host,
      switchboard: this.switchboard,
      authenticator: this.#authenticator,
      counters: this.counters,
      ranges: this.#ranges,
      lines: this.lines,
      strangers: () => this.#strangers(),
    });
  }

  /** @internal */
  async onRequest(request: IncomingRequest): Promise<void> {
    if (request.method !== 'REGISTER') {
      await answerOtherRequest(request, {
        switchboard: this.switchboard,
        bus: this.#parts.bus,
        settings: this.host.settings,
        authenticator: this.#authenticator,
        counters: this.counters,
        ranges: this.#ranges,
        strangers: () => this.#strangers(),
        isOverloaded: () => this.#isOverloaded(),
        retryAfterSeconds: () => this.#retryAfterSeconds(),
      });
      return;
    }
    await receiveRegister(request, {
      host: this.host,
      bus: this.#parts.bus,
      identity: this.identity,
      authenticator: this.#authenticator,
      ranges: this.#ranges,
      keeper: this.keeper,
      strangers: () => this.#strangers(),
    });
  }

  /** @internal */
  onForeignRequest(request: SipRequest, flow: Flow): boolean {
    return this.strays.pass(request, flow);
  }

  /** @internal What was registered over a connection is gone with it. */
  onFlowClosed(flow: Flow): void {
    this.keeper.forget(flow);
    if (this.#isClosing) return;
    this.counters.count('closedFlows');
    void unregisterFlow(this.#parts.bus, flow, this.identity);
    for (const trunk of this.lines.over(flow)) void this.#parts.bus.tell('trunk.lost', { trunk });
  }

  #strangers(): StrangerPolicy {
    return strangerPolicy(this.host.settings, this.#parts.hasUsers());
  }

  // The door cannot wait. Who answers later than at once is judged behind it.
  #isVouchedFor(request: SipRequest, flow: Flow): boolean {
    if (this.lines.find(request, flow) !== undefined) return true;
    const { method } = request;
    const address = `${withBrackets(flow.remoteAddress)}:${flow.remotePort}`;
    return this.#authenticator.isRecognisedAtOnce(method, address);
  }

  #isUnsound(request: SipRequest): boolean {
    if (request.method === 'REGISTER') return checkRegister(request) !== undefined;
    const { minSessionExpires } = this.host.settings;
    return checkInvite(request, this.stack.listeners, minSessionExpires / 1_000) !== undefined;
  }

  #isOverloaded(): boolean {
    const { overloadLag } = this.host.settings;
    if (overloadLag === 0) return false;
    const isBehind = this.stack.waitedMs > Math.min(overloadLag, WAITED_MAX_MS);
    return isBehind || (this.#parts.lagMs?.() ?? 0) > overloadLag;
  }

  // Sisters, load balancers and trunks are never limited: asked only of one over the limit.
  #isSpared(address: string): boolean {
    const { peers, proxies } = this.#ranges;
    if (peers.has(address) || proxies.has(address)) return true;
    if (this.lines.hasRegistrar(address)) return true;
    return this.#authenticator.isRecognisedAtOnce('OPTIONS', `${withBrackets(address)}:0`);
  }

  #onWrongPassword(address: string): void {
    const { wrongPasswordsMax, banTime } = this.host.settings;
    this.stack.guard.charge(address, WRONG_PASSWORD_COST);
    if (wrongPasswordsMax === 0 || this.#isSpared(address)) return;
    if (this.#wrongPasswords.count(address) <= wrongPasswordsMax) return;
    this.#wrongPasswords.forget(address);
    this.stack.guard.ban(address, banTime);
    this.#parts.log.warn('an address that guesses passwords is banned', { address });
  }

  #retryAfterSeconds(): number {
    const { random } = this.#parts;
    return RETRY_AFTER_MIN_SECONDS + randomBelow(RETRY_AFTER_SPREAD_SECONDS, random);
  }

  async #close(): Promise<void> {
    this.#isClosing = true;
    this.keeper.stop();
    this.traces.close();
    await this.#lastLeg();
    await this.stack.close();
  }

  async #lastLeg(): Promise<void> {
    const { legs, wheel } = this.host;
    if (legs.size === 0) return;
    await new Promise<void>((resolve) => {
      const stop = wheel.after(STOP_MS, resolve);
      legs.whenEmpty(() => {
        stop();
        resolve();
      });
    });
  }
}
