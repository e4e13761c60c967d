import type { Clock, Log, TimerWheel } from '@tandem/engine';
import type { SipStack, TimerValues } from '@tandem/sip-stack';
import type { SipSettings } from '../config.ts';
import type { SipCounters } from '../sip-counters.ts';
import type { LegTable } from './leg-table.ts';

/** What every leg of this node shares. */
export interface LegHost {
  readonly stack: SipStack;
  readonly clock: Clock;
  readonly wheel: TimerWheel;
  readonly log: Log;
  readonly legs: LegTable;
  readonly counters: SipCounters;
  /** The settings of this moment: a reload changes them. */
  readonly settings: SipSettings;
  readonly timers: TimerValues;
  /** Keys of the headers that cross a call beside the usual ones. */
  readonly crossingKeys: ReadonlySet<string>;
  /** Random bytes from the system, for digest. */
  readonly random: (bytes: number) => Uint8Array;
}
