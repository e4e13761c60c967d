import type { Clock, TimerWheel } from '@tandem/engine';
import type { ParseLimits } from '../wire/parse-limits.ts';
import type { TimerValues } from '../transaction/timer-values.ts';
import type { MemoryNetwork } from '../transport/memory-network.ts';
import type { NoticeHandler } from '../transport/notice.ts';
import type { ResolveTargets } from '../transport/target.ts';
import type { Admit, Screen } from './admission.ts';
import type { StackLimits } from './stack-limits.ts';

/** What a stack is made of; only the clock must be given. */
export interface SipStackOptions {
  readonly clock: Clock;
  /** Wheel that all timers run on; default one of the stack's own on `clock`. */
  readonly wheel?: TimerWheel;
  readonly timers?: TimerValues;
  /** Start of every tag of ours: the short id of the node, token characters (legs know their node by it). */
  readonly tagPrefix?: string;
  /** Random text that makes branches, tags and Call-IDs of this process unlike any other's; default from the system. */
  readonly bootId?: string;
  /** Whether re-INVITEs too get 100 before the user sees them; default true. */
  readonly isReinviteTried?: boolean;
  /** Server (responses) and User-Agent (requests); default none. */
  readonly product?: string;
  /** Default: the packet's source is answered where the Via asks for rport, else Via's port (RFC 3581). `always`: the source, asked or not. */
  readonly symmetricAnswers?: 'rport' | 'always';
  /** Default: literal addresses, then A and AAAA of the system's resolver. */
  readonly resolve?: ResolveTargets;
  /** Asked before anything is made of a request; default all pass. */
  readonly admit?: Admit;
  /** Asked before a message is even parsed; default all pass. */
  readonly screen?: Screen;
  readonly limits?: Partial<StackLimits>;
  readonly parseLimits?: Partial<ParseLimits>;
  /** A network in memory instead of sockets, for tests. */
  readonly network?: MemoryNetwork;
  readonly onNotice?: NoticeHandler;
}
