import type { CdrParams, ChannelBlock, Leg, RecordStamp } from '@tandem/messages';
import type { CallContext } from './call-context.ts';
import { type CdrSource, cdrParams, type LegAbout, type LegEnd } from './cdr-params.ts';
import { LegTimes } from './leg-times.ts';

const ALIVE: LegEnd = Object.freeze({ reason: '', sipCode: 0, q850: 0, hangupBy: '' });
/** What is said of a leg that nobody ended: there is no such leg, unless something went wrong. */
const LOST: LegEnd = Object.freeze({
  reason: 'failure',
  sipCode: 500,
  q850: 41,
  hangupBy: 'engine',
});

/**
 * One leg as its records tell it: `initialize`, `update` when it rings and when it is answered,
 * and one `finalize`.
 */
export class LegRecord implements CdrSource {
  readonly #context: CallContext;
  #isInitialized = false;
  #isFinished = false;
  readonly times: LegTimes;
  readonly cdrid: number;
  about: LegAbout;
  outcome: LegEnd = ALIVE;
  address: string;
  /** Yate's words: incoming, outgoing, progressing, ringing, answered. */
  status: string;
  /** The leg at the other side, or empty. */
  peerid = '';
  /** The leg has said its last word. */
  isGone = false;
  /** It was answered after it had been given up. */
  isLateAnswer = false;

  constructor(
    context: CallContext,
    /** Another one stands in for it once somebody has taken its place (RFC 3891). */
    public leg: Leg,
    about: LegAbout,
  ) {
    const { clock, meters } = context.host;
    this.#context = context;
    this.about = about;
    this.address = leg.address;
    this.times = new LegTimes(clock);
    this.cdrid = ++meters.records;
    this.status = leg.direction;
  }

  get billid(): string {
    return this.#context.billid;
  }

  get runid(): string {
    return this.#context.host.identity.boot;
  }

  get minimumTalkMs(): number {
    return this.#context.host.settings.minimumTalkMs;
  }

  get stamp(): RecordStamp | undefined {
    return this.#context.facts.recordStamp;
  }

  get isEnded(): boolean {
    return this.times.endedMs !== undefined;
  }

  get isFinished(): boolean {
    return this.#isFinished;
  }

  /** Yate's channel block, for messages about the leg. */
  get block(): ChannelBlock {
    const { leg, status, peerid, billid } = this;
    const { id, driver, direction, address } = leg;
    return { id, module: driver, direction, billid, address, peerid, status };
  }

  /** Tells that the leg began. */
  begin(): void {
    const { caller, called, username } = this.about;
    this.#context.tell('chan.startup', { caller, called, username, ...this.block });
  }

  /** Tells the first record; `about` corrects what the leg began with. */
  initialize(about: LegAbout = this.about): void {
    this.about = about;
    this.#isInitialized = true;
    this.#context.tell('call.cdr', this.#params('initialize'));
  }

  /** The leg made progress, or rings; only the first ringing is an instant. */
  progressed(status: 'progressing' | 'ringing'): void {
    if (this.isEnded || this.status === 'answered' || this.status === 'ringing') return;
    this.status = status;
    if (status !== 'ringing') return;
    this.times.ring();
    this.#context.tell('call.cdr', this.#params('update'));
  }

  /** The leg was answered `agoMs` ago, and the call was given to it. */
  answered(agoMs: number): void {
    if (this.isEnded) return;
    this.status = 'answered';
    this.times.answer(agoMs);
    this.#context.tell('call.cdr', this.#params('update'));
  }

  /** The leg ended `agoMs` ago, never before its answer; the first end stands. */
  end(outcome: LegEnd, agoMs = 0): void {
    if (this.isEnded) return;
    this.outcome = outcome;
    this.times.end(agoMs);
  }

  /** Tells the leg's last messages: chan.hangup, then its one finalize. Once. */
  finish(): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.end(LOST);
    if (!this.#isInitialized) this.initialize();
    const { reason, sipCode, q850 } = this.outcome;
    this.#context.tell('chan.hangup', { reason, sipCode, q850, ...this.block });
    this.#context.tellFinal(this.#params('finalize'));
  }

  #params(operation: CdrParams['operation']): CdrParams {
    if (this.address === '') this.address = this.leg.address;
    return cdrParams(operation, this);
  }
}
