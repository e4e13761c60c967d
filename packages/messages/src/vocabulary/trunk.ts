import type { Ask, Tell } from '@tandem/engine';
import { declareMessage } from '../declaration.ts';
import type { Refusal } from '../refusal.ts';

/** How a trunk's peer is reached, whatever is sent to it. */
export interface TrunkPlace {
  /** Name of the trunk. */
  readonly trunk: string;
  /** SIP URI without a user, as the trunk has it. */
  readonly address: string;
  readonly outboundProxy?: string;
  /** Name of the listener to send from; absent: the one that lies nearest. */
  readonly listener?: string;
}

/** One REGISTER to be sent for a trunk. */
export interface TrunkRegisterParams extends TrunkPlace {
  readonly username: string;
  /** Absent: challenges cannot be answered. */
  readonly password?: string;
  /** How long it is to stand, seconds; 0 takes it back. */
  readonly expiresSeconds: number;
}

/** What the registrar of a trunk said last. */
export interface TrunkRegistered {
  /** Final SIP status; 408 and 503 also where it said nothing or could not be reached. */
  readonly status: number;
  /** In people's words: the phrase of the answer, or what kept it from coming. */
  readonly phrase: string;
  /** How long the registration stands now; 0 unless it was granted. */
  readonly expiresSeconds: number;
  /**
   * It is to be renewed by then, seconds: the registrar calls back on the connection of the REGISTER,
   * which is closed when nothing is said on it.
   */
  readonly renewSeconds?: number;
  /** How long it wants to be left alone, seconds. */
  readonly retryAfterSeconds?: number;
}

/** One look whether a trunk's peer is there. */
export interface TrunkProbeParams extends TrunkPlace {
  /** Silence of that length counts as an answer of status 408, ms. */
  readonly timeoutMs: number;
}

/** What came of it. */
export interface TrunkProbed {
  /** Final SIP status; 408 for silence, 503 also where nothing could be sent. */
  readonly status: number;
  /** In people's words: the phrase of the answer, or what kept it from coming. */
  readonly phrase: string;
  /** From sending to the answer, ms. */
  readonly durationMs: number;
}

declare module '@tandem/engine' {
  interface MessageMap {
    'trunk.register': Ask<TrunkRegisterParams, TrunkRegistered | Refusal>;
    'trunk.lost': Tell<{ readonly trunk: string }>;
    'trunk.probe': Ask<TrunkProbeParams, TrunkProbed | Refusal>;
  }
}

/** Register this node with the peer of a trunk. */
export const trunkRegister = declareMessage({
  name: 'trunk.register',
  kind: 'ask',
  summary: 'Registers this node with the peer of a trunk, or takes that back; its final answer.',
  sentBy: 'wholesale, at the one node that holds the lease of `trunk/<name>`',
  heardBy: 'sip 100',
  sample: {
    trunk: 'carrier-1',
    address: 'sip:registrar.example.com',
    username: 'acme',
    expiresSeconds: 3_600,
  },
});

/** The connection over which a trunk was registered is closed. */
export const trunkLost = declareMessage({
  name: 'trunk.lost',
  kind: 'tell',
  summary: 'Tells that the connection is closed over which a trunk was registered.',
  sentBy: 'sip',
  heardBy: 'wholesale 100',
  sample: { trunk: 'carrier-1' },
});

/** Is the peer of a trunk there? */
export const trunkProbe = declareMessage({
  name: 'trunk.probe',
  kind: 'ask',
  summary: 'Asks the peer of a trunk by OPTIONS whether it is there; its final answer.',
  sentBy: 'wholesale, at every node',
  heardBy: 'sip 100',
  sample: { trunk: 'carrier-1', address: 'sip:192.0.2.9:5060', timeoutMs: 5_000 },
});
