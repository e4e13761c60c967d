import type { CdrParams, ChannelBlock, HangupBy, Leg } from '@tandem/messages';
import type { CallContext } from './call-context.ts';

/** What a record says of a leg from its first word on: Yate keeps the first value of each. */
export interface LegAbout {
  readonly caller: string;
  readonly called: string;
  /** The number before anyone changed it. */
  readonly calledfull: string;
  readonly username: string;
  readonly callto: string;
  /** 0 for the incoming leg. */
  readonly attempt: number;
  readonly trunk?: string | undefined;
}

/** How a leg ended. */
export interface LegEnd {
  readonly reason: string;
  readonly sipCode: number;
  readonly q850: number;
  readonly hangupBy: HangupBy | '';
}

/**
 * One leg as its records tell it: `initialize`, `update` when it rings and is answered, and one
 * `finalize`. Instants are kept as monotonic readings; wall times are the start plus the span,
 * so a clock that is set in mid-call changes no duration.
 */
export class LegRecord {
  readonly #context: CallContext;
  readonly #startedAt: number;
  readonly #startedMs: number;
  readonly #cdrid: number;
  #about: LegAbout;
  #address: string;
  #ringingMs: number | undefined = undefined;
  #answeredMs: number | undefined = undefined;
  #endedMs: number | undefined = undefined;
  #end: LegEnd = { reason: '', sipCode: 0, q850: 0, hangupBy: '' };
  #isInitialized = false;
  #isFinished = false;
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
    readonly leg: Leg,
    about: LegAbout,
  ) {
    const { host } = context;
    this.#context = context;
    this.#about = about;
    this.#address = leg.address;
    this.#startedAt = host.clock.now();
    this.#startedMs = host.clock.monotonicMs();
    this.#cdrid = ++host.meters.records;
    this.status = leg.direction;
  }

  /** Wall time of the leg's begin, epoch ms. */
  get startedAt(): number {
    return this.#startedAt;
  }

  /** Wall time of the answer, epoch ms. */
  get answeredAt(): number | undefined {
    return this.#wall(this.#answeredMs);
  }

  /** From begin to end, or until now, ms. */
  get durationMs(): number {
    return Math.ceil((this.#endedMs ?? this.#context.nowMs) - this.#startedMs);
  }

  get isEnded(): boolean {
    return this.#endedMs !== undefined;
  }

  get isFinished(): boolean {
    return this.#isFinished;
  }

  /** Yate's channel block, for messages about the leg. */
  get block(): ChannelBlock {
    const { leg, status, peerid } = this;
    return {
      id: leg.id,
      module: leg.driver,
      direction: leg.direction,
      billid: this.#context.billid,
      address: leg.address,
      peerid,
      status,
    };
  }

  /** Tells that the leg began. */
  begin(): void {
    const { caller, called, username } = this.#about;
    this.#context.tell('chan.startup', { ...this.block, caller, called, username });
  }

  /** Tells the first record; `about` corrects what the leg began with. */
  initialize(about: LegAbout = this.#about): void {
    this.#about = about;
    this.#isInitialized = true;
    this.#context.tell('call.cdr', this.#params('initialize'));
  }

  /** The leg made progress, or rings; only the first ringing is an instant. */
  progressed(status: 'progressing' | 'ringing'): void {
    if (this.isEnded || this.#answeredMs !== undefined || this.status === 'ringing') return;
    this.status = status;
    if (status !== 'ringing') return;
    this.#ringingMs = this.#context.nowMs;
    this.#context.tell('call.cdr', this.#params('update'));
  }

  /** The leg was answered `agoMs` ago, and the call was given to it. */
  answered(agoMs: number): void {
    if (this.isEnded) return;
    this.status = 'answered';
    this.#answeredMs = Math.max(this.#startedMs, this.#context.nowMs - agoMs);
    this.#context.tell('call.cdr', this.#params('update'));
  }

  /** The leg ended `agoMs` ago, never before its answer; the first end stands. */
  end(end: LegEnd, agoMs = 0): void {
    if (this.isEnded) return;
    this.#end = end;
    const earliestMs = this.#answeredMs ?? this.#startedMs;
    this.#endedMs = Math.max(earliestMs, this.#context.nowMs - agoMs);
  }

  /** Tells the leg's last messages: chan.hangup, then its one finalize. Once. */
  finish(): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    if (!this.isEnded) this.end({ reason: 'failure', sipCode: 500, q850: 41, hangupBy: 'engine' });
    if (!this.#isInitialized) this.initialize();
    const { reason, sipCode, q850 } = this.#end;
    this.#context.tell('chan.hangup', { ...this.block, reason, sipCode, q850 });
    this.#context.tellFinal(this.#params('finalize'));
  }

  #params(operation: CdrParams['operation']): CdrParams {
    const { leg, status, isLateAnswer } = this;
    const { host, billid } = this.#context;
    const { caller, called, calledfull, username, callto, attempt, trunk } = this.#about;
    const endMs = this.#endedMs ?? this.#context.nowMs;
    const talkMs = this.#talkMs(endMs);
    const ringing = this.#ringingMs;
    const ringMs = ringing === undefined ? 0 : Math.round((this.#answeredMs ?? endMs) - ringing);
    const { durationMs } = this;
    // A cluster leg learns its address late; the first one known stays.
    if (this.#address === '') this.#address = leg.address;
    const ringingAt = this.#wall(ringing);
    const answeredAt = this.answeredAt;
    const endedAt = this.#wall(this.#endedMs);
    return {
      operation,
      time: this.#startedAt / 1_000,
      chan: leg.id,
      cdrid: this.#cdrid,
      runid: host.identity.boot,
      direction: leg.direction,
      duration: durationMs / 1_000,
      billtime: talkMs / 1_000,
      ringtime: Math.max(0, ringMs) / 1_000,
      status,
      address: this.#address,
      billid,
      caller,
      called,
      calledfull,
      external: leg.direction === 'incoming' ? caller : called,
      username,
      ...this.#end,
      cdrwrite: true,
      attempt,
      driver: leg.driver,
      callto,
      ...(trunk === undefined ? undefined : { trunk }),
      callId: leg.callId ?? '',
      userAgent: leg.userAgent ?? '',
      startedAt: this.#startedAt,
      ...(ringingAt === undefined ? undefined : { ringingAt }),
      ...(answeredAt === undefined ? undefined : { answeredAt }),
      ...(endedAt === undefined ? undefined : { endedAt }),
      durationMs,
      talkMs,
      isLateAnswer,
    };
  }

  /** Whatever is above zero pays, so a fraction of a millisecond counts as one. */
  #talkMs(endMs: number): number {
    if (this.#answeredMs === undefined) return 0;
    const talkMs = Math.ceil(endMs - this.#answeredMs);
    return Math.max(talkMs, this.#context.host.settings.minimumTalkMs);
  }

  #wall(instantMs: number | undefined): number | undefined {
    return instantMs === undefined
      ? undefined
      : this.#startedAt + Math.round(instantMs - this.#startedMs);
  }
}
