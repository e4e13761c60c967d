import type { CdrParams, HangupBy, Leg, RecordStamp } from '@tandem/messages';
import type { LegTimes } from './leg-times.ts';

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

/** All that a record is made from. */
export interface CdrSource {
  readonly leg: Leg;
  readonly about: LegAbout;
  readonly times: LegTimes;
  readonly outcome: LegEnd;
  readonly status: string;
  /** The first address known: a cluster leg learns its own late. */
  readonly address: string;
  readonly billid: string;
  readonly cdrid: number;
  readonly runid: string;
  readonly isLateAnswer: boolean;
  readonly minimumTalkMs: number;
  /** What an earlier record of the call was stamped with. */
  readonly stamp: RecordStamp | undefined;
}

/**
 * One record of a leg. Written out field by field, those that are not known yet too: eight are made
 * for each call, and an object that gets another field later costs V8 several microseconds.
 */
export function cdrParams(operation: CdrParams['operation'], source: CdrSource): CdrParams {
  const { leg, about, times, outcome, stamp } = source;
  const { direction } = leg;
  const { durationMs } = times;
  const talkMs = times.answeredMs === undefined ? 0 : Math.max(times.talkMs, source.minimumTalkMs);
  return {
    operation,
    time: times.startedAt / 1_000,
    chan: leg.id,
    cdrid: source.cdrid,
    runid: source.runid,
    direction,
    duration: durationMs / 1_000,
    billtime: talkMs / 1_000,
    ringtime: times.ringMs / 1_000,
    status: source.status,
    address: source.address,
    billid: source.billid,
    caller: about.caller,
    called: about.called,
    calledfull: about.calledfull,
    external: direction === 'incoming' ? about.caller : about.called,
    username: about.username,
    reason: outcome.reason,
    cdrwrite: true,
    nodename: stamp?.nodename,
    nodeprefix: stamp?.nodeprefix,
    attempt: about.attempt,
    driver: leg.driver,
    callto: about.callto,
    trunk: about.trunk,
    callId: leg.callId ?? '',
    userAgent: leg.userAgent ?? '',
    startedAt: times.startedAt,
    ringingAt: wallOf(times, times.ringingMs),
    answeredAt: wallOf(times, times.answeredMs),
    endedAt: wallOf(times, times.endedMs),
    durationMs,
    talkMs,
    sipCode: outcome.sipCode,
    q850: outcome.q850,
    hangupBy: outcome.hangupBy,
    isLateAnswer: source.isLateAnswer,
  };
}

function wallOf(times: LegTimes, atMs: number | undefined): number | undefined {
  return atMs === undefined ? undefined : times.wallOf(atMs);
}
