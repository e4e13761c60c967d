import { type Clock, definePlugin, Engine, ManualClock, type RawSection } from '@tandem/engine';
import type { CdrParams, Reading } from '@tandem/messages';
import { createSipPlugin } from '@tandem/sip';
import { MemoryNetwork, type ResolveTargets } from '@tandem/sip-stack';
import { createSwitch, type Switch } from '@tandem/switch';
import { MemoryRegistrar } from './memory-registrar.ts';
import { Phone, type PhoneOptions } from './phone.ts';

/** How a rig is set up. */
export interface SipRigOptions {
  /** `[sip]` beside `listen`. */
  readonly sip?: RawSection;
  /** `[switch]` */
  readonly switch?: RawSection;
  readonly passwords?: Readonly<Record<string, string>>;
  /** How late the event loop is, ms; default never late. */
  readonly lagMs?: () => number;
  /** Places that names lead to; default those of the system. */
  readonly resolve?: ResolveTargets;
}

/** Where the node of a rig listens; the second one is for peers of the cluster. */
const SERVER = '127.0.0.11:5060';
const LISTEN = `udp:${SERVER}, udp:127.0.0.11:5070 name=peers role=cluster`;

/** How long a transaction lingers at most, and a bit: after that nothing may be left. */
const REST_MS = 40_000;

/**
 * A node that speaks SIP, on a network in memory and a clock that is turned by hand, with as many
 * phones as a test wants.
 */
export class SipRig {
  readonly clock = new ManualClock();
  readonly network = new MemoryNetwork();
  readonly registrar: MemoryRegistrar;
  readonly engine: Engine;
  readonly switch: Switch;
  readonly server = SERVER;
  /** Every call.cdr, in order. */
  readonly records: CdrParams[] = [];
  readonly phones: Phone[] = [];
  /** Timers of a node that has nothing to do. */
  #timersAtRest = 0;

  private constructor(options: SipRigOptions) {
    this.registrar = new MemoryRegistrar(options.passwords ?? { alice: 'a', bob: 'b', carol: 'c' });
    this.engine = new Engine({ node: 'node1', clock: this.clock });
    const identity = { node: 'node1', boot: 'b1' };
    this.switch = createSwitch(this.engine, identity);
  }

  /** Starts the node. */
  static async start(options: SipRigOptions = {}): Promise<SipRig> {
    const rig = new SipRig(options);
    const { engine, network, switch: switchboard } = rig;
    await engine.install(switchboard.plugin, options.switch);
    await engine.install(rig.registrar.plugin);
    await engine.install(
      definePlugin({
        name: 'recorder',
        setup: (scope) =>
          scope.handle('call.cdr', {}, ({ params }) => void rig.records.push(params)),
      }),
    );
    const { identity } = switchboard;
    const late = {
      ...(options.lagMs && { lagMs: options.lagMs }),
      ...(options.resolve && { resolve: options.resolve }),
    };
    await engine.install(createSipPlugin({ switchboard, identity, network, ...late }), {
      listen: LISTEN,
      ...options.sip,
    });
    rig.#timersAtRest = engine.wheel.size;
    return rig;
  }

  /** A phone with its own address; `name` is its user, and its password is known. */
  async phone(
    name: string,
    password: string | undefined,
    options: Partial<PhoneOptions> = {},
  ): Promise<Phone> {
    const phone = await Phone.open({
      clock: this.clock satisfies Clock,
      network: this.network,
      server: SERVER,
      name,
      host: `127.0.1.${this.phones.length + 1}`,
      port: 5060,
      ...(password !== undefined && { password }),
      ...options,
    });
    this.phones.push(phone);
    return phone;
  }

  /** Alice and Bob, registered. */
  async aliceAndBob(): Promise<readonly [alice: Phone, bob: Phone]> {
    const alice = await this.phone('alice', 'a');
    const bob = await this.phone('bob', 'b');
    await alice.register();
    await bob.register();
    return [alice, bob];
  }

  /** Final records, by direction. */
  finals(direction: 'incoming' | 'outgoing'): readonly CdrParams[] {
    return this.records.filter(
      (record) => record.operation === 'finalize' && record.direction === direction,
    );
  }

  /** One reading of the node's meters; labels are compared where given. */
  async meter(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    const { answers } = await this.engine.bus.gather('metrics.collect', {});
    const readings: readonly Reading[] = answers.flatMap(({ answer }) => answer);
    return readings
      .filter((reading) => reading.name === name)
      .filter((reading) =>
        Object.entries(labels).every(([key, value]) => reading.labels?.[key] === value),
      )
      .reduce((sum, { value }) => sum + value, 0);
  }

  /**
   * Turns the clock until all lingering is over, and looks whether anything is wrong or left: one
   * finalize per leg, no leg, transaction, dialog or timer. Empty when all is well.
   */
  async faults(): Promise<readonly string[]> {
    await this.clock.advance(REST_MS);
    const faults: string[] = [];
    const begun = new Set(this.records.map(({ chan }) => chan));
    for (const chan of begun) {
      const own = this.records.filter((record) => record.chan === chan);
      const finals = own.filter(({ operation }) => operation === 'finalize').length;
      if (finals !== 1) faults.push(`${chan} has ${finals} final records`);
    }
    if (this.switch.active > 0) faults.push(`${this.switch.active} calls are left`);
    for (const name of REST_METERS) {
      const atRest = name === 'tandem_timers' ? this.#timersAtRest : 0;
      const value = await this.meter(name);
      if (value !== atRest) faults.push(`${name} is ${value}`);
    }
    return faults;
  }

  /** Ends phones and node. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.phones.map((phone) => phone.close()));
    const stopped = this.engine.stop();
    await this.clock.advance(10_000);
    await stopped;
  }
}

const REST_METERS = [
  'tandem_sip_legs',
  'tandem_sip_transactions',
  'tandem_sip_dialogs',
  'tandem_sip_ended_dialogs',
  'tandem_sip_unacknowledged',
  'tandem_timers',
];
