import type { Tell } from '@tandem/engine';
import { declareMessage } from '../declaration.ts';
import type { HangupBy } from '../leg-event.ts';

/** One leg's record: Yate's names and meanings, then ours. Spans named by Yate are in seconds. */
export interface CdrParams {
  readonly operation: 'initialize' | 'update' | 'finalize';
  /** Start of the leg, epoch seconds with milliseconds. */
  readonly time: number;
  /** The leg. */
  readonly chan: string;
  /** Counts records of this boot. */
  readonly cdrid: number;
  /** The boot of the node, as Yate's runid. */
  readonly runid: string;
  readonly direction: 'incoming' | 'outgoing';
  /** From start to end, seconds. */
  readonly duration: number;
  /** From answer to end, seconds; 0 when it was never answered. */
  readonly billtime: number;
  /** From first ringing to answer or end, seconds. */
  readonly ringtime: number;
  readonly status: string;
  readonly address: string;
  readonly billid: string;
  readonly caller: string;
  readonly called: string;
  /** The number before anyone changed it. */
  readonly calledfull: string;
  /** Caller of an incoming leg, called of an outgoing one. */
  readonly external: string;
  readonly username: string;
  /** Why it ended; empty while it lives. */
  readonly reason: string;
  /** False: writers leave it out. */
  readonly cdrwrite: boolean;
  /** Set by the cluster. */
  readonly nodename?: string | undefined;
  readonly nodeprefix?: string | undefined;
  /** The attempt an outgoing leg belongs to; 0 for the incoming one. */
  readonly attempt: number;
  readonly driver: string;
  readonly callto: string;
  /** The outbound trunk of an outgoing leg, if routing named one. */
  readonly trunk?: string | undefined;
  /** SIP Call-ID of the leg. */
  readonly callId: string;
  readonly userAgent: string;
  readonly startedAt: number;
  readonly ringingAt?: number | undefined;
  readonly answeredAt?: number | undefined;
  readonly endedAt?: number | undefined;
  readonly durationMs: number;
  /** From answer to end by the monotonic clock; what billing is made from. */
  readonly talkMs: number;
  readonly sipCode: number;
  readonly q850: number;
  readonly hangupBy: HangupBy | '';
  /** The branch was answered after it had been given up. */
  readonly isLateAnswer: boolean;
  /**
   * A finalize that a journal did not take, told again: 1, 2 … Writers that took the first one
   * leave it out; absent on everything that is told for the first time.
   */
  readonly repeat?: number;
}

declare module '@tandem/engine' {
  interface MessageMap {
    'call.cdr': Tell<CdrParams>;
  }
}

/** A record of one leg, at its begin, its changes and its end. */
export const callCdr = declareMessage({
  name: 'call.cdr',
  kind: 'tell',
  summary: 'Tells the record of one leg: initialize, update, finalize.',
  sentBy: 'switch, per leg; a finalize that a journal did not take is told again',
  heardBy: 'cluster.stamp 25, ledger 50, cdrfile and others 100',
  sample: {
    operation: 'finalize',
    time: 1_767_225_600.125,
    chan: 'sip/node1-k3x9-17',
    cdrid: 17,
    runid: 'k3x9',
    direction: 'incoming',
    duration: 12.5,
    billtime: 10.25,
    ringtime: 2,
    status: 'answered',
    address: '192.0.2.7:5060',
    billid: 'node1-k3x9-17',
    caller: 'alice',
    called: 'bob',
    calledfull: 'bob',
    external: 'alice',
    username: 'alice',
    reason: '',
    cdrwrite: true,
    nodename: 'node1',
    nodeprefix: 'cluster/node1/',
    attempt: 0,
    driver: 'sip',
    callto: '',
    callId: '7f@192.0.2.7',
    userAgent: 'phone/1.0',
    startedAt: 1_767_225_600_125,
    durationMs: 12_500,
    talkMs: 10_250,
    sipCode: 200,
    q850: 16,
    hangupBy: 'caller',
    isLateAnswer: false,
  },
});
