import { ManualClock, type RawSection, systemClock, type Clock } from '@tandem/engine';
import { MemoryHub, natsConfig } from '@tandem/mesh';
import type { Branch, BranchParams, CdrParams, Route } from '@tandem/messages';
import { type MemoryMessage, MemoryNetwork } from '@tandem/sip-stack';
import type { NatsServer } from '../nats-server.ts';
import { Phone, type PhoneOptions } from '../phone.ts';
import { SeededDie } from '../seeded-die.ts';
import { ClusterUsers } from './cluster-users.ts';
import { callFaults, type WireView } from './call-rules.ts';
import { headerFaults } from './header-rules.ts';
import { addressOf, listenOf, resolveNodes } from './node-address.ts';
import type { OpenQuestions } from './counted-store.ts';
import { SipNode } from './sip-node.ts';
import { WireBook, type WireMessage } from './wire-book.ts';

/** How a cluster is set up. */
export interface SipClusterOptions {
  /** Sections of every node's conf: `{ sip: {…}, switch: {…} }`. */
  readonly sections?: Readonly<Record<string, RawSection>>;
  /** Users; each one's password is `secret-<name>`. Default alice, bob, carol and dave. */
  readonly users?: readonly string[];
  /** Where users and contacts are kept; default `memory`. */
  readonly registrar?: 'memory' | 'database';
  /** Sockets of the loopback and the system's clock instead of memory and a turned one. */
  readonly isLive?: boolean;
  /** A real server between the nodes instead of wires in memory. */
  readonly nats?: NatsServer;
  /** How calls are handed over: by NATS, or by SIP as to Yate. */
  readonly hop?: 'nats' | 'sip';
}

/** What may be waited for: a moment, or a question that is asked again and again. */
export type Awaited = { readonly isOver: boolean } | (() => boolean);

/** How bad the network is, in parts of all messages. */
export interface Weather {
  readonly loss?: number;
  /** Delivered twice. */
  readonly doubles?: number;
  /** Delivered late, by up to `delayMs`; others overtake them. */
  readonly delays?: number;
  /** Default 300. */
  readonly delayMs?: number;
}

/** By then every node has heard the others, and verdicts are passed. */
const SETTLE_MS = 4_000;
/** Transactions and ended legs are remembered so long at most. */
const REST_MS = 100_000;
const STEP_MS = 20;
const STOP_MS = 10_000;

/**
 * Starts a cluster of so many nodes in this process, named node1, node2, …: whole nodes but for
 * their consoles, with phones that a test attaches. On a network in memory and a clock that is
 * turned by hand, unless it is to be live.
 */
export async function startCluster(
  count: number,
  options: SipClusterOptions = {},
): Promise<SipCluster> {
  const users = await ClusterUsers.open(options, options.users ?? USERS);
  const cluster = new SipCluster(options, users);
  await cluster.start(Array.from({ length: count }, (_, index) => `node${index + 1}`));
  return cluster;
}

const USERS = ['alice', 'bob', 'carol', 'dave'];

/** Several nodes, and the phones around them. */
export class SipCluster implements AsyncDisposable {
  readonly clock: Clock;
  /** What passed between nodes and phones; empty in a live cluster. */
  readonly wire: WireBook;
  readonly nodes: SipNode[] = [];
  readonly phones: Phone[] = [];
  /** Where numbers lead, at all nodes. */
  readonly routes = new Map<string, Route>();
  readonly #options: SipClusterOptions;
  readonly #users: ClusterUsers;
  readonly #turned: ManualClock | undefined;
  readonly #hub = new MemoryHub();
  readonly #wires = new Map<SipNode, ReturnType<MemoryHub['transport']>>();
  readonly #network: MemoryNetwork | undefined;
  readonly #places = new Map<string, string>();
  readonly #questions: OpenQuestions;

  /** @internal Use {@link startCluster}. */
  constructor(options: SipClusterOptions, users: ClusterUsers) {
    this.#options = options;
    this.#users = users;
    this.#questions = users.questions;
    this.#turned = options.isLive === true ? undefined : new ManualClock();
    this.clock = this.#turned ?? systemClock;
    this.#network = options.isLive === true ? undefined : new MemoryNetwork();
    this.wire = new WireBook(this.#network ?? new MemoryNetwork(), this.clock);
  }

  /** Starts nodes of these names; a name that is dead gets a new boot. */
  async start(names: readonly string[]): Promise<void> {
    const added: SipNode[] = [];
    for (const name of names) added.push(await this.#create(name));
    await this.turnUntil(Promise.all(added.map((node) => node.start())));
    await this.until('every node sees every other', () =>
      this.living.every(({ mesh }) =>
        this.living.every(
          ({ name, identity }) =>
            mesh.membership.self.node === name ||
            mesh.membership.find(name)?.boot === identity.boot,
        ),
      ),
    );
    if (this.#turned !== undefined) await this.pass(SETTLE_MS);
    for (const node of added) node.markRest();
  }

  /** The network in memory, for peers made by hand. @throws in a live cluster */
  get network(): MemoryNetwork {
    if (this.#network === undefined) throw new Error('a live cluster has real sockets');
    return this.#network;
  }

  /** Nodes that were not killed. */
  get living(): readonly SipNode[] {
    return this.nodes.filter(({ isKilled }) => !isKilled);
  }

  /** The latest node of that name. */
  node(name: string): SipNode {
    const node = this.nodes.findLast((each) => each.name === name);
    if (node === undefined) throw new Error(`there is no node ${name}`);
    return node;
  }

  /** `address:port` at which a node speaks to phones. */
  addressOf(name: string): string {
    const [place] = [...this.#places].find(([, node]) => node === name) ?? [];
    return place ?? addressOf(name);
  }

  /** A phone of that user at that node, with an address of its own. */
  async phone(node: string, name: string, options: Partial<PhoneOptions> = {}): Promise<Phone> {
    const network = this.#network;
    const phone = await Phone.open({
      clock: this.clock,
      name,
      password: this.#users.passwordOf(name),
      server: this.addressOf(node),
      ...(network && { network, port: 5060, host: `127.0.1.${this.phones.length + 1}` }),
      ...options,
    });
    this.phones.push(phone);
    return phone;
  }

  /** A phone that has registered there. */
  async registered(
    node: string,
    name: string,
    options: Partial<PhoneOptions> = {},
  ): Promise<Phone> {
    const phone = await this.phone(node, name, options);
    const registering = phone.register();
    const { status } = await this.turnUntil(registering);
    if (status !== 200) throw new Error(`${name} was not registered at ${node}: ${status}`);
    return phone;
  }

  /** A branch of a route: that phone, as seen from the node that reaches it. */
  to(node: string, phone: Phone, params: BranchParams = {}): Branch {
    return { callto: `cluster/${node}/sip/${phone.contact}`, params };
  }

  /** Lets time pass, and answers of the database come. */
  async pass(ms: number): Promise<void> {
    await this.#settle();
    if (this.#turned === undefined) {
      await new Promise<void>((resolve) => void this.clock.startTimer(ms, resolve));
    } else await this.#turned.advance(ms);
    await this.#settle();
  }

  /** Lets time pass until something has happened. @throws when it has not, `withinMs` later */
  async until(what: string, happened: Awaited, withinMs = 10_000): Promise<void> {
    const isOver = typeof happened === 'function' ? happened : (): boolean => happened.isOver;
    const endMs = this.clock.monotonicMs() + withinMs;
    await this.#settle();
    while (!isOver()) {
      if (this.clock.monotonicMs() > endMs) throw new Error(`${what}: not within ${withinMs} ms`);
      await this.pass(STEP_MS);
    }
  }

  /** Lets time pass until a promise is settled; its value. */
  async turnUntil<T>(promise: Promise<T>, withinMs = 40_000): Promise<T> {
    let isOver = false;
    const awaited = promise.finally(() => {
      isOver = true;
    });
    // Whoever waits below hears of the fault; time may run out before.
    awaited.catch(() => undefined);
    await this.until('an answer comes', () => isOver, withinMs);
    return awaited;
  }

  /** Loses that part of all messages, by a seeded die; until `wire.passes` is set anew. */
  loseBySeed(part: number, seed: number): void {
    this.disturbBySeed({ loss: part }, seed);
  }

  /** Loses, doubles and delays messages, by a seeded die; until `wire.passes` is set anew. */
  disturbBySeed({ loss = 0, doubles = 0, delays = 0, delayMs = 300 }: Weather, seed: number): void {
    const die = new SeededDie(seed);
    const copies = new WeakSet<MemoryMessage>();
    const again = (message: MemoryMessage, ms: number): void => {
      const copy = { ...message };
      copies.add(copy);
      this.clock.startTimer(ms, () => this.network.send(copy));
    };
    this.wire.passes = (message) => {
      if (copies.has(message)) return true;
      if (die.throw() < loss) return false;
      if (die.throw() < doubles) again(message, die.throw() * delayMs);
      if (die.throw() >= delays) return true;
      again(message, die.throw() * delayMs);
      return false;
    };
  }

  /** Puts a message on the wire again, or one that looks like it but for what is changed. */
  repeat(message: WireMessage, change: Partial<MemoryMessage> = {}): void {
    const { from, to, text } = message;
    this.#network?.send({ from, to, text, ...change });
  }

  /** Cuts nodes off from the others, as a lost NATS connection does; all of them by default. */
  cut(...names: readonly string[]): void {
    for (const node of this.#named(names)) this.#wires.get(node)?.cut();
  }

  /** Their connections are back. */
  mend(...names: readonly string[]): void {
    for (const node of this.#named(names)) this.#wires.get(node)?.mend();
  }

  /** Ends a node as kill -9 does: nobody is told, its addresses refuse what comes. */
  kill(name: string): void {
    const node = this.node(name);
    const wire = this.#wires.get(node);
    if (wire === undefined || this.#network === undefined) {
      throw new Error('a live node dies with its process: see the live tests');
    }
    node.isKilled = true;
    wire.cut();
    for (const [place, owner] of this.#places) if (owner === name) this.wire.silence(place);
  }

  /** Where the phones of a user are, as every node sees it. */
  async locationsOf(name: string): Promise<readonly string[]> {
    return this.#users.locationsOf(name);
  }

  /** Records of all nodes, those that were killed too. */
  get records(): readonly CdrParams[] {
    return this.nodes.flatMap(({ records }) => records);
  }

  /** Final records of all nodes. */
  finals(direction: 'incoming' | 'outgoing'): readonly CdrParams[] {
    return this.nodes.flatMap((node) => node.finals(direction));
  }

  /** What the rules look at. */
  get view(): WireView {
    return {
      messages: this.wire.messages,
      nodeAt: (place) => this.#places.get(place),
      isDead: (name) => this.nodes.some((node) => node.name === name && node.isKilled),
      records: this.records,
    };
  }

  /**
   * Lets all lingering end, and looks whether anything is wrong or left: one final answer for
   * each caller, an ACK for each 2xx, one BYE for each answered dialog, one finalize for each
   * leg, nothing in any map. Empty when all is well.
   */
  async faults(): Promise<readonly string[]> {
    if (this.#turned !== undefined) await this.pass(REST_MS);
    const faults = this.living.flatMap((node) => [
      ...node.recordFaults(),
      ...node.log.lines
        .filter(({ level }) => level === 'error')
        .map(({ text, fields }) => `${node.name}: ${text} ${JSON.stringify(fields)}`),
    ]);
    if (this.#turned !== undefined) {
      for (const node of this.living) faults.push(...(await node.leftovers()));
      // Nobody ends the calls that a phone had at a dead node.
      const served = this.phones.filter(({ server }) => !this.wire.isSilent(server));
      for (const phone of served) faults.push(...phoneFaults(phone));
    }
    const { view } = this;
    return [...faults, ...callFaults(view), ...headerFaults(view)];
  }

  /** Ends phones and nodes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.phones.map((phone) => phone.close()));
    for (const node of this.living) {
      const stopped = node.stop();
      if (this.#turned === undefined) await stopped;
      else {
        await this.#settle();
        await this.#turned.advance(STOP_MS);
        await stopped;
      }
    }
    await this.#users[Symbol.asyncDispose]();
  }

  async #create(name: string): Promise<SipNode> {
    const { sections = {}, nats, hop = 'nats' } = this.#options;
    const live = this.#network === undefined;
    const wire = nats === undefined ? this.#hub.transport() : undefined;
    const general = hop === 'sip' ? { callto: String.raw`sip/sip:cluster/@\0:5070` } : {};
    for (const [place, owner] of this.#places) if (owner === name) this.wire.unsilence(place);
    const node = await SipNode.create({
      identity: { node: name, boot: `b${this.nodes.length + 1}` },
      clock: this.clock,
      listen: listenOf(name, live),
      sections: {
        ...sections,
        general: { ...general, ...sections['general'] },
        sip: { peers: '127.0.0.0/24', ...sections['sip'] },
      },
      nats: natsConfig.parse({ ...(nats && { servers: [nats.url] }), ...sections['nats'] }),
      transport: wire,
      network: this.#network,
      resolve: resolveNodes,
      registrar: this.#users.plugin,
      routes: this.routes,
    });
    if (wire !== undefined) this.#wires.set(node, wire);
    const { answers } = await node.engine.bus.gather('node.status', {});
    for (const address of answers.flatMap(({ answer }) => answer.addresses ?? [])) {
      this.#places.set(address.slice(address.indexOf(':') + 1), name);
    }
    this.nodes.push(node);
    return node;
  }

  #named(names: readonly string[]): readonly SipNode[] {
    return names.length === 0 ? this.living : names.map((name) => this.node(name));
  }

  // A question to the database is answered before the clock goes on: its time is not turned.
  async #settle(): Promise<void> {
    if (this.#turned === undefined) return;
    let quiet = 0;
    while (quiet < 3) {
      await new Promise<void>((resolve) => void setImmediate(resolve));
      quiet = this.#questions.count === 0 ? quiet + 1 : 0;
    }
  }
}

/** Whether a phone still believes in anything. */
function phoneFaults(phone: Phone): readonly string[] {
  const { gauges } = phone.stack.stats();
  const { dialogs, endedDialogs, inviteServers, inviteClients, unacknowledgedAnswers } = gauges;
  const left = { dialogs, endedDialogs, inviteServers, inviteClients, unacknowledgedAnswers };
  return Object.entries(left)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `phone ${phone.name}: ${count} ${what} are left`);
}
