import { type Clock, Engine, type Log, systemClock, TandemError } from '@tandem/engine';
import { Mesh, natsConfig, type Transport } from '@tandem/mesh';
import type { NodeIdentity, NodeState } from '@tandem/messages';
import type { Store } from '@tandem/store';
import { createSwitch, type Switch } from '@tandem/switch';
import { makeBootId } from '../boot-id.ts';
import type { ConfSource } from '../conf/conf-file.ts';
import { callFields } from '../log/call-fields.ts';
import type { ReloadReport } from '../messages/node-reload.ts';
import { type ReloadGround, reloadNode, switchSettings } from '../reload/reload-node.ts';
import { Closers } from './closers.ts';
import { installPlugins } from './install-plugins.ts';
import { watchForLastCall } from './last-call-watch.ts';
import { Lifecycle } from './lifecycle.ts';
import { LoopLag } from './loop-lag.ts';
import { migrations } from './migrations.ts';
import type { NodeView } from './node-view.ts';
import { openNodeStore } from './open-node-store.ts';
import { ReadyWatch } from './ready-watch.ts';
import { SchemaKeeper } from './schema-keeper.ts';
import type { NodeSettings } from './settings.ts';
import {
  forgetConsoleUrl,
  makeStateDirectory,
  stateDirectoryOf,
  writeConsoleUrl,
} from './state-directory.ts';
import { endsWithin } from './within.ts';

/** Of the five seconds that an end may take: the calls' part, and the whole. */
const CALLS_END_WITHIN_MS = 2_500;
const END_WITHIN_MS = 4_700;
/** Q.850: normal, unspecified. */
const CAUSE_NORMAL = 31;

/** What a node is started with. */
export interface NodeOptions {
  readonly settings: NodeSettings;
  /** Where a reload reads the settings again. */
  readonly source: ConfSource;
  readonly version: string;
  readonly log: Log;
  readonly clock?: Clock;
  /** Another way to the other nodes than `[nats]` names: for tests. */
  readonly transport?: Transport;
  /** Ends the process at once: a fault left nothing that may be done in order. */
  readonly abandon?: (fault: TandemError) => void;
}

/** The parts that exist from the first moments of a start on. */
interface Parts {
  readonly store: Store;
  readonly theSwitch: Switch;
  readonly mesh: Mesh;
  readonly lifecycle: Lifecycle;
  readonly schema: SchemaKeeper;
  readonly ready: ReadyWatch;
}

/**
 * One node, whole: everything is made here, in this order, and taken apart in reverse.
 *
 *   store ─> mesh ─> tables ─> plugins (nats, switch, general, registrar, … sip, console)
 *
 * A database or a NATS server that is away at the start is no fault: the node says so, goes on
 * trying, and is not ready until it has both.
 */
export class TandemNode implements NodeView {
  readonly identity: NodeIdentity;
  readonly version: string;
  readonly engine: Engine;
  readonly lag: LoopLag;
  /** Resolves when the node has ended, whoever ended it. */
  readonly ended: Promise<void>;
  readonly #options: NodeOptions;
  readonly #directory: string;
  readonly #startedMs: number;
  readonly #closers: Closers;
  #settings: NodeSettings;
  /** What ran before the last reload. */
  #former: NodeSettings | undefined;
  #parts: Parts | undefined;
  #addresses: readonly string[] = [];
  #consoleUrl = '';
  #isComplete = false;
  #reloading: Promise<unknown> = Promise.resolve();
  #ending: Promise<void> | undefined;
  #onEnded: () => void = () => undefined;

  private constructor(options: NodeOptions) {
    const { settings, log, clock = systemClock, version } = options;
    const { node } = settings;
    this.#options = options;
    this.#settings = settings;
    this.#directory = stateDirectoryOf(node);
    this.#startedMs = clock.monotonicMs();
    this.#closers = new Closers(log);
    this.version = version;
    this.identity = { node, boot: makeBootId(clock.now()) };
    this.engine = new Engine({ node, log, clock, logFieldsOf: callFields });
    this.lag = new LoopLag(this.engine.wheel);
    this.ended = new Promise((resolve) => {
      this.#onEnded = resolve;
    });
  }

  /**
   * Starts a node; when it resolves, SIP and the console listen.
   * @throws TandemError when something cannot be used that will not come by itself
   */
  static async start(options: NodeOptions): Promise<TandemNode> {
    const node = new TandemNode(options);
    try {
      await node.#start();
    } catch (fault) {
      await node.stop();
      throw fault;
    }
    return node;
  }

  get state(): NodeState {
    return this.#whole.lifecycle.state;
  }

  get uptimeMs(): number {
    return this.engine.clock.monotonicMs() - this.#startedMs;
  }

  get calls(): number {
    return this.#whole.theSwitch.active;
  }

  get database(): 'up' | 'down' {
    const { store, schema } = this.#whole;
    return store.isUp && schema.isDone ? 'up' : 'down';
  }

  get store(): Store {
    return this.#whole.store;
  }

  /** This node among the others. */
  get mesh(): Mesh {
    return this.#whole.mesh;
  }

  /** The calls of this node. */
  get switch(): Switch {
    return this.#whole.theSwitch;
  }

  /** Where the console listens. */
  get consoleUrl(): string {
    return this.#consoleUrl;
  }

  /** SIP addresses at which this node listens. */
  get addresses(): readonly string[] {
    return this.#addresses;
  }

  drain(): void {
    const { lifecycle, theSwitch } = this.#whole;
    if (lifecycle.state === 'draining') return;
    theSwitch.stopAccepting();
    lifecycle.becomeDraining();
    watchForLastCall({
      wheel: this.engine.wheel,
      calls: () => this.calls,
      noticeMs: theSwitch.settings.drainNoticeMs,
      onLast: () => void this.stop(),
    });
  }

  async reload(isTrial: boolean): Promise<ReloadReport> {
    return await this.#inTurn(async () => {
      const running = this.#settings;
      const { source } = this.#options;
      const report = await reloadNode({ ...this.#reloadGround, source }, isTrial);
      if (!isTrial && report.problems.length === 0) this.#former = running;
      return report;
    });
  }

  async returnToFormer(): Promise<ReloadReport> {
    return await this.#inTurn(async () => {
      const former = this.#former ?? this.#settings;
      this.#former = undefined;
      return await switchSettings(this.#reloadGround, former, false);
    });
  }

  /**
   * Ends in order, within five seconds: no new calls, BYE to the running ones, registrations of
   * this boot removed, farewell to the others. Never throws.
   */
  async stop(): Promise<void> {
    this.#ending ??= this.#stop();
    await this.#ending;
  }

  /** As `stop`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  get #reloadGround(): Omit<ReloadGround, 'source'> {
    const use = (settings: NodeSettings): void => void (this.#settings = settings);
    return { engine: this.engine, running: this.#settings, use };
  }

  /** Of two reloads at once, one would compare with settings that are being changed. */
  async #inTurn(work: () => Promise<ReloadReport>): Promise<ReloadReport> {
    const turn = this.#reloading.then(work);
    this.#reloading = turn;
    const report = await turn;
    await this.#readAddresses();
    return report;
  }

  get #whole(): Parts {
    if (this.#parts === undefined) throw new Error('the node is used before its parts are made');
    return this.#parts;
  }

  async #start(): Promise<void> {
    this.#makeDirectory();
    const { mesh, schema, ready } = await this.#makeParts();
    await mesh.start();
    this.#closers.add('the plugins', () => this.engine.stop());
    await schema.start(() => {
      if (this.#isComplete) void ready.look();
    });
    await this.#installPlugins();
    await this.engine.start();
    await this.#readAddresses();
    this.#isComplete = true;
    if (schema.isDone) await ready.look();
  }

  async #makeParts(): Promise<Parts> {
    const { engine, identity, version } = this;
    const { transport } = this.#options;
    const { conf } = this.#settings;
    const store = await openNodeStore(conf, engine);
    this.#closers.add('the store', () => store.close());
    const theSwitch = createSwitch(engine, identity);
    // Until it is ready: what comes before is told to try elsewhere.
    theSwitch.stopAccepting();
    const mesh = new Mesh({
      engine,
      config: natsConfig.parse(conf.section('nats')),
      identity,
      version,
      addresses: () => this.#addresses,
      calls: () => theSwitch.active,
      ...(transport !== undefined && { transport }),
    });
    this.#closers.add('the mesh', () => mesh.stop());
    const schema = new SchemaKeeper(store, migrations, engine);
    this.#closers.add('the tables', () => schema.close());
    const lifecycle = new Lifecycle(mesh.membership);
    const ready = new ReadyWatch(engine.bus, engine.log, () => {
      if (lifecycle.state !== 'starting') return;
      theSwitch.resumeAccepting();
      lifecycle.becomeUp();
    });
    this.#closers.add('the look at what is missing', () => ready.close());
    this.#parts = { store, theSwitch, mesh, schema, lifecycle, ready };
    return this.#parts;
  }

  async #installPlugins(): Promise<void> {
    await installPlugins({
      ...this.#whole,
      engine: this.engine,
      node: this,
      directory: this.#directory,
      settings: () => this.#settings,
      abandon: this.#options.abandon,
      onConsole: (url) => {
        this.#consoleUrl = url;
        writeConsoleUrl(this.#directory, url);
        this.#closers.add('the console', () => forgetConsoleUrl(this.#directory));
      },
    });
  }

  #makeDirectory(): void {
    const directory = this.#directory;
    try {
      makeStateDirectory(directory);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new TandemError('NODE_STATE_UNUSABLE', { directory, reason }, { cause });
    }
  }

  /** Whoever opens sockets says in node.status where. */
  async #readAddresses(): Promise<void> {
    const { answers } = await this.engine.bus.gather('node.status', {});
    this.#addresses = answers.flatMap(({ answer }) => answer.addresses ?? []);
  }

  async #stop(): Promise<void> {
    const { clock, log } = this.engine;
    const hasEnded = await endsWithin(clock, END_WITHIN_MS, this.#takeApart());
    if (!hasEnded) log.error('a part of the node did not end in time');
    log.info('the node has ended');
    this.#onEnded();
  }

  async #takeApart(): Promise<void> {
    if (this.#parts !== undefined) {
      const { theSwitch, lifecycle } = this.#parts;
      theSwitch.stopAccepting();
      lifecycle.becomeDraining();
      await theSwitch.endAll('shutdown', CAUSE_NORMAL, CALLS_END_WITHIN_MS);
      await this.#unregister();
    }
    await this.#closers.closeAll();
  }

  /** What phones registered through this boot leads nowhere any more. */
  async #unregister(): Promise<void> {
    const { node: nodename, boot } = this.identity;
    const params = { username: '', connection: '', nodename, boot, reason: 'node-end' } as const;
    try {
      await this.engine.bus.ask('user.unregister', params);
    } catch {
      // The bus has logged it; the bindings end by their expiry, or by the boot of a successor.
    }
  }
}
