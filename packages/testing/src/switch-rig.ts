import { definePlugin, Engine, ManualClock, type Plugin, type Scope } from '@tandem/engine';
import type {
  CallArrival,
  CdrParams,
  ExecuteParams,
  Leg,
  LegEvent,
  Refusal,
  Route,
} from '@tandem/messages';
import { createSwitch, type Switch, type SwitchSettings } from '@tandem/switch';
import { hangup } from './leg-words.ts';
import { ScriptedLeg, type ScriptedLegOptions } from './scripted-leg.ts';

/** By then the last timer of a call without a word from its legs has run out. */
const LONGEST_SPAN_MS = 250_000;

/** A call that arrives from a phone, changed by `part`. */
export function arrivalOf(part: Partial<CallArrival> = {}): CallArrival {
  return {
    caller: 'alice',
    callername: 'Alice',
    called: 'bob',
    username: 'alice',
    domain: 'example.com',
    address: '192.0.2.7:5060',
    listener: 'udp:192.0.2.1:5060',
    isPeer: false,
    hops: 0,
    offer: {
      body: { type: 'application/sdp', content: 'v=0\r\no=alice\r\n' },
      headers: [],
      identity: { asserted: [], isTrusted: false },
      diversion: [],
      allow: [],
      supported: [],
      require: [],
      maxForwards: 69,
    },
    extra: [],
    ...part,
  };
}

/**
 * A switch on a clock that is turned by hand, with drivers played by the test: what is routed to
 * `test/<name>` becomes a {@link ScriptedLeg} of that name. Records are collected.
 */
export class SwitchRig {
  readonly clock = new ManualClock();
  readonly engine: Engine;
  readonly switch: Switch;
  /** Every call.cdr, in order. */
  readonly records: CdrParams[] = [];
  /** Every call.execute that reached the driver. */
  readonly executed: ExecuteParams[] = [];
  /** Incoming legs, in order. */
  readonly callers: ScriptedLeg[] = [];
  /** Outgoing legs, in order. */
  readonly legs: ScriptedLeg[] = [];
  /** Where calls go. */
  route: Route | Refusal | undefined = undefined;
  /** What a driver does with `test/<name>` instead of making a leg. */
  readonly refusals = new Map<string, Refusal>();
  /** Options of legs by name. */
  readonly legOptions = new Map<string, ScriptedLegOptions>();
  /** What is done with a new leg before the switch gets it. */
  readonly prepare = new Map<string, (leg: ScriptedLeg) => void>();

  private constructor(settings: Partial<SwitchSettings>) {
    this.engine = new Engine({ node: 'node1', clock: this.clock });
    this.switch = createSwitch(this.engine, { node: 'node1', boot: 'b1' }, settings);
  }

  /** Sets the rig up, with plugins beside its own. */
  static async create(
    settings: Partial<SwitchSettings> = {},
    ...plugins: readonly Plugin[]
  ): Promise<SwitchRig> {
    const rig = new SwitchRig(settings);
    for (const plugin of plugins) await rig.engine.install(plugin);
    await rig.engine.install(definePlugin({ name: 'rig', setup: (scope) => rig.#serve(scope) }));
    return rig;
  }

  /** A call arrives. */
  call(part: Partial<CallArrival> = {}, options: ScriptedLegOptions = {}): ScriptedLeg {
    const leg = new ScriptedLeg(`sip/a${this.callers.length + 1}`, {
      direction: 'incoming',
      address: '192.0.2.7:5060',
      ...options,
    });
    this.callers.push(leg);
    this.switch.receive(leg, arrivalOf(part));
    return leg;
  }

  /** Routes calls to groups of names: `['a', 'b'], ['c']` rings a and b together, then c. */
  routeTo(...groups: readonly (readonly string[])[]): void {
    this.route = {
      groups: groups.map((group) => group.map((name) => ({ callto: `test/${name}` }))),
    };
  }

  /** The latest leg to `test/<name>`. */
  leg(name: string): ScriptedLeg {
    const leg = this.legs.findLast(({ id }) => id.startsWith(`test/${name}#`));
    if (leg === undefined) throw new Error(`there is no leg to ${name}`);
    return leg;
  }

  /** Records of one leg. */
  recordsOf(leg: Leg): readonly CdrParams[] {
    return this.records.filter(({ chan }) => chan === leg.id);
  }

  /** The final record of one leg. */
  finalOf(leg: Leg): CdrParams | undefined {
    return this.recordsOf(leg).find(({ operation }) => operation === 'finalize');
  }

  /**
   * Looks whether anything is wrong or left: two finals to a caller, a leg without its one
   * finalize, a call or timer that remains. Empty when all is well.
   */
  faults(): readonly string[] {
    const faults: string[] = [];
    for (const leg of this.callers) {
      const finals = leg.sent.filter(isFinal).length;
      if (finals > 1) faults.push(`${leg.id} got ${finals} final answers`);
    }
    for (const leg of [...this.callers, ...this.legs]) faults.push(...this.#recordFaults(leg));
    if (this.switch.active > 0) faults.push(`${this.switch.active} calls are left`);
    if (this.engine.wheel.size > 0) faults.push(`${this.engine.wheel.size} timers are left`);
    return faults;
  }

  /**
   * The end of a test: callers still there hang up, no leg says another word, every timer runs
   * out; then nothing may be wrong or left.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const caller of this.callers) caller.tell(hangup('caller'));
    await this.clock.advance(LONGEST_SPAN_MS);
    const faults = this.faults();
    if (faults.length > 0) throw new Error(faults.join('; '));
  }

  #recordFaults(leg: ScriptedLeg): readonly string[] {
    const operations = this.recordsOf(leg).map(({ operation }) => operation);
    const finals = operations.filter((operation) => operation === 'finalize').length;
    const faults: string[] = [];
    if (finals !== 1) faults.push(`${leg.id} has ${finals} final records`);
    if (operations[0] !== 'initialize') faults.push(`${leg.id} begins with ${operations[0]}`);
    if (operations.at(-1) !== 'finalize') faults.push(`${leg.id} ends with ${operations.at(-1)}`);
    return faults;
  }

  #serve(scope: Scope): void {
    scope.handle('call.route', {}, () => this.route);
    scope.handle('call.execute', { where: { callto: /^test\// } }, ({ params }) => {
      const name = params.callto.slice('test/'.length);
      this.executed.push(params);
      const refusal = this.refusals.get(name);
      if (refusal !== undefined) return refusal;
      const id = `test/${name}#${this.legs.length + 1}`;
      const leg = new ScriptedLeg(id, { driver: 'test', ...this.legOptions.get(name) });
      this.legs.push(leg);
      this.prepare.get(name)?.(leg);
      return leg;
    });
    scope.handle('call.cdr', {}, ({ params }) => {
      this.records.push(params);
    });
  }
}

function isFinal({ type }: LegEvent): boolean {
  return type === 'answered' || type === 'failed';
}
