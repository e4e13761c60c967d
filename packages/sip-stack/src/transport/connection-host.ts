import type { Clock, TimerWheel } from '@tandem/engine';

import type { ParseLimits } from '../wire/parse-limits.ts';
import type { ConnectionGate } from './connection-gate.ts';
import type { TransportUser } from './transport-user.ts';

/** Bounds of connections; see the stack's limits. */
export interface ConnectionLimits {
  readonly connectionIdleMs: number;
  readonly connectionSilentMs: number;
  readonly connectionKeptMs: number;
  readonly keepAliveMs: number;
  readonly pongMs: number;
  readonly connectTimeoutMs: number;
  readonly connectionBacklogBytesMax: number;
}

/** What all connections of a stack share. */
export interface ConnectionHost {
  readonly user: TransportUser;
  readonly clock: Clock;
  readonly wheel: TimerWheel;
  readonly gate: ConnectionGate;
  readonly limits: ConnectionLimits;
  readonly parseLimits: ParseLimits;
  /** An even choice of 0 to `bound` − 1. */
  randomBelow(bound: number): number;
  /** The next connection's number, unique within this process. */
  nextConnectionId(): number;
}
