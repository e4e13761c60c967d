import {
  type Bus,
  type Clock,
  type Engine,
  type Log,
  type Plugin,
  type TimerWheel,
  trailEntries,
} from '@tandem/engine';
import {
  type Body,
  type CallArrival,
  type CallSummary,
  describeRefusal,
  type Leg,
  makeCallId,
  type NodeIdentity,
  type Reading,
  type Refusal,
  refuse,
  refusalWord,
  type Switchboard,
} from '@tandem/messages';
import { readActiveCalls } from './active-calls.ts';
import { Audit } from './audit.ts';
import { Call, type CallHost } from './call.ts';
import { CallContext } from './call-context.ts';
import { summarize, tenantOf } from './call-summary.ts';
import { FinalRecords } from './final-records.ts';
import { CHUNK_PAUSE_MS, END_CHUNK } from './limits.ts';
import { Meters } from './meters.ts';
import { Outcomes } from './outcomes.ts';
import { failedBy, hangupBy } from './reasons.ts';
import { switchPlugin } from './plugin.ts';
import { type switchConfig, type SwitchSettings, switchSettings } from './settings.ts';
import type { SwitchHost } from './switch-host.ts';
import { takePlace } from './take-place.ts';

/** Seconds after which a caller may try again whom this node has turned away. */
const RETRY_AFTER_SECONDS = 5;

/**
 * Makes the switch of a node. It takes calls at once; `settings` stand until its plugin is
 * installed, or reloaded, with a section of its own.
 */
export function createSwitch(
  engine: Pick<Engine, 'bus' | 'clock' | 'wheel' | 'log'>,
  identity: NodeIdentity,
  settings: Partial<SwitchSettings> = {},
): Switch {
  return new Switch(engine, identity, switchSettings(settings));
}

/** The calls of one node. Drivers hand incoming calls in; all else passes by the bus. */
export class Switch implements Switchboard, SwitchHost, CallHost {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly wheel: TimerWheel;
  readonly log: Log;
  readonly meters = new Meters();
  readonly outcomes = new Outcomes();
  readonly finalRecords: FinalRecords;
  /** By the id of the incoming leg: two calls may share a billid when one comes back by a sister. */
  readonly #calls = new Map<string, Call>();
  readonly #audit: Audit;
  #over = 0;
  #callNumber = 0;
  #legNumber = 0;
  #isStopped = false;
  #isEnding = false;
  /** Those who wait until no call is left and every record is taken. */
  readonly #waiting: (() => void)[] = [];
  settings: SwitchSettings;
  /** Serves call.list, call.drop, call.extend and the meters, and reads section `[switch]`. */
  readonly plugin: Plugin<typeof switchConfig> = switchPlugin(this);

  constructor(
    engine: Pick<Engine, 'bus' | 'clock' | 'wheel' | 'log'>,
    readonly identity: NodeIdentity,
    settings: SwitchSettings,
  ) {
    this.bus = engine.bus;
    this.clock = engine.clock;
    this.wheel = engine.wheel;
    this.log = engine.log;
    this.settings = settings;
    const { bus, wheel, log, meters } = this;
    this.finalRecords = new FinalRecords(bus, wheel, log, meters, () => this.#settle());
    this.#audit = new Audit(this, this.#calls);
  }

  /** Calls in progress; those of which only given-up branches are left do not count. */
  get active(): number {
    return this.#calls.size - this.#over;
  }

  /**
   * What drivers ask before they take a stranger's call. A node that drains still takes what
   * only it can serve, calls to its own phones: those are handed in all the same.
   */
  get isAccepting(): boolean {
    return !this.#isStopped && !this.#isFull;
  }

  get #isFull(): boolean {
    return this.#isEnding || this.active >= this.settings.callsMax;
  }

  /** All calls in progress, as lists show them. */
  get calls(): readonly CallSummary[] {
    return this.list();
  }

  /** What lists show, forwarded calls included, of that tenant or of all. */
  list(tenant = ''): readonly CallSummary[] {
    const shown: CallSummary[] = [];
    for (const call of this.#calls.values()) {
      if (call.isOver) continue;
      if (tenant === '' || tenantOf(call) === tenant) shown.push(summarize(call));
    }
    return shown;
  }

  /** Every call of that billid, forwarded ones included, with what its handlers did so far. */
  show(billid: string): readonly CallSummary[] {
    const shown: CallSummary[] = [];
    for (const call of this.#calls.values()) {
      const { context } = call;
      if (context.billid !== billid || call.isOver) continue;
      const trail = trailEntries(context.trail, this.identity.node);
      shown.push({ ...summarize(call), trail });
    }
    return shown;
  }

  /** Gauges and counters for /metrics. */
  get readings(): readonly Reading[] {
    let legs = 0;
    for (const call of this.#calls.values()) legs += call.legs;
    return [
      gauge('tandem_calls', 'Calls in progress.', this.active),
      gauge('tandem_legs', 'Legs the switch cares for, given-up ones included.', legs),
      gauge('tandem_cdr_owed', 'Final records no journal took yet.', this.finalRecords.owed),
      ...asrReadings(this.outcomes),
      ...readActiveCalls(this.#calls.values()),
      ...this.meters.readings,
    ];
  }

  nextLegId(driver: string): string {
    const { node, boot } = this.identity;
    return `${driver}/${node}-${boot}-${++this.#legNumber}`;
  }

  receive(leg: Leg, arrival: CallArrival): void {
    if (this.#isFull) return this.#turnAway(leg);
    const id = makeCallId(this.identity, ++this.#callNumber);
    const context = new CallContext(this, id, arrival.facts);
    const call = new Call(context, this, leg, arrival);
    this.meters.calls++;
    this.#calls.set(leg.id, call);
    this.#audit.start();
    call.start();
  }

  takePlace(legId: string, offer: Body | undefined): Leg | Refusal {
    const { wheel } = this;
    const successorId = this.nextLegId('replace');
    return takePlace(this.#calls, { legId, successorId, offer, wheel });
  }

  /** Ends every call of that billid; false if there is none. Words of the refusal table rule. */
  drop(billid: string, reason: string, by: 'operator' | 'engine'): boolean {
    let isFound = false;
    for (const call of this.#calls.values()) {
      if (call.context.billid !== billid || call.isOver) continue;
      isFound = true;
      endCall(call, reason, by);
    }
    return isFound;
  }

  /** Sets how long a call may talk in all, by the id of its incoming leg. */
  extend(legId: string, talkMsMax: number): boolean {
    const call = this.#calls.get(legId);
    if (call === undefined || call.isOver) return false;
    call.pay(talkMsMax);
    return true;
  }

  /** Drivers refuse new calls from now on; running ones go on. */
  stopAccepting(): void {
    this.#isStopped = true;
  }

  /** Takes new calls again, after a drain or an `endAll`. */
  resumeAccepting(): void {
    this.#isStopped = false;
    this.#isEnding = false;
  }

  /**
   * Ends all calls, unanswered ones with 503, the others with BYE and that cause; resolves when
   * none is left and every record is taken, or after `withinMs`. No call is taken any more,
   * whoever hands it in.
   */
  async endAll(reason: string, q850: number, withinMs = 4_000): Promise<void> {
    this.#isEnding = true;
    const calls = [...this.#calls.values()];
    const endNext = (): void => {
      const hangup = hangupBy('engine', reason, q850);
      for (const call of calls.splice(0, END_CHUNK)) call.drop(refuse('draining', reason), hangup);
      if (calls.length > 0) this.wheel.after(CHUNK_PAUSE_MS, endNext);
    };
    endNext();
    await this.#settled(withinMs);
  }

  onCallOver({ caller: { leg, times } }: Call): void {
    if (times.answeredMs === undefined) this.outcomes.unanswered(leg);
    this.#over++;
    this.#settle();
  }

  onCallRemoved(call: Call): void {
    this.#over--;
    this.#calls.delete(call.caller.leg.id);
    if (this.#calls.size === 0) this.#audit.stop();
  }

  get #isSettled(): boolean {
    return this.active === 0 && this.finalRecords.isSettled;
  }

  #settle(): void {
    if (this.#isSettled) for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #settled(withinMs: number): Promise<void> {
    if (this.#isSettled) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.wheel.after(withinMs, resolve);
      this.#waiting.push(() => {
        stop();
        resolve();
      });
    });
  }

  /** Without a record: what is refused by the thousand must cost nothing. */
  #turnAway(leg: Leg): void {
    this.meters.turnedAway++;
    const word = this.#isEnding ? 'draining' : 'congestion';
    leg.attach(() => undefined);
    leg.send(failedBy(refuse(word, '', { retryAfterSeconds: RETRY_AFTER_SECONDS }), 'node'));
  }
}

/** A word of the refusal table brings its status and cause; any other text ends with cause 31. */
function endCall(call: Call, reason: string, by: 'operator' | 'engine'): void {
  const word = refusalWord(reason);
  const refusal = word === reason ? refuse(word) : refuse('offline', reason);
  const { status, q850 } = describeRefusal(refusal);
  const hangup =
    word === reason ? hangupBy(by, reason, q850, status) : hangupBy(by, reason, NORMAL_UNSPECIFIED);
  call.drop(refusal, hangup);
}

/** No reading while nothing was decided: 0 would be an alarm. */
function asrReadings({ lastMinute: { seizures, answers } }: Outcomes): readonly Reading[] {
  if (seizures === 0) return [];
  const help = 'Answered part of the calls that were decided in the last minute.';
  return [gauge('tandem_asr_ratio', help, answers / seizures)];
}

/** Q.850: normal, unspecified. */
const NORMAL_UNSPECIFIED = 31;

function gauge(name: string, help: string, value: number): Reading {
  return { name, help, kind: 'gauge', value };
}
