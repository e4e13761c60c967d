import type { Clock, TimerWheel } from '@tandem/engine';

import type { ProtectionOptions } from '../guard/protection-options.ts';
import type { DnsSource } from '../resolve/dns-source.ts';
import type { SystemDnsOptions } from '../resolve/system-dns.ts';
import type { HepOptions } from '../trace/hep-options.ts';
import type { ParseLimits } from '../wire/parse-limits.ts';
import type { TimerValues } from '../transaction/timer-values.ts';
import type { MemoryNetwork } from '../transport/memory-network.ts';
import type { NoticeHandler } from '../transport/notice.ts';
import type { ResolveTargets } from '../transport/target.ts';
import type { Admit, Challenge, Screen } from './admission.ts';
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
  /** Default: literal addresses, else NAPTR, SRV, A and AAAA with a cache (RFC 3263). */
  readonly resolve?: ResolveTargets;
  /** How servers of names are asked by the default resolver. */
  readonly dns?: SystemDnsOptions;
  /** Where the default resolver looks names up instead: tests, or a directory of one's own. */
  readonly dnsSource?: DnsSource;
  /** An even choice of 0 to `bound` − 1, for weights and waits; default from the system. */
  readonly randomBelow?: (bound: number) => number;
  /** Asked before anything is made of a request; default all pass. */
  readonly admit?: Admit;
  /** Asked before a message is even parsed; default all pass. */
  readonly screen?: Screen;
  /**
   * Whether the node has too much to do, as by the lag of its event loop: then new INVITE, REGISTER
   * and SUBSCRIBE get a stateless 503 with a spread Retry-After, after `admit` has let them pass;
   * requests of running calls always pass. Asked for each of these; a throw counts as false.
   */
  readonly isOverloaded?: () => boolean;
  /** Asked for a new INVITE or REGISTER after all of these, before anything is kept of it; default none. */
  readonly challenge?: Challenge;
  /** Limits and bans by address; default no limit. */
  readonly protection?: Partial<ProtectionOptions>;
  /** A collector of HEP3 that gets a copy of every message; default none. */
  readonly hep?: HepOptions;
  readonly limits?: Partial<StackLimits>;
  readonly parseLimits?: Partial<ParseLimits>;
  /** A network in memory instead of sockets, for tests. */
  readonly network?: MemoryNetwork;
  readonly onNotice?: NoticeHandler;
}
