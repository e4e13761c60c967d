import type { CdrParams } from '@tandem/messages';
import type { Step } from './step.ts';

/** One scenario with SIPp on both sides of a node. */
export interface Story {
  /** Its number among the forty. */
  readonly number: number;
  readonly name: string;
  /** Where the call leads: see story-plugin.mjs; any other word is a user that has registered. */
  readonly called: 'near' | 'far' | 'hunt' | 'fork' | 'auth' | 'known' | 'nobody';
  /** Node that is called, from 1; default 1. They differ: see Stage. */
  readonly node?: number;
  /** Of both sides; default UDP. */
  readonly transport?: 'udp' | 'tcp';
  readonly caller: readonly Step[];
  readonly phone?: readonly Step[];
  /** The second phone of `hunt` and `fork`. */
  readonly other?: readonly Step[];
  /** What the last record of the incoming leg says. */
  readonly record?: Partial<CdrParams>;
  /** How long that record says was talked, ms: least and most. */
  readonly talkMs?: readonly [number, number];
  /** What the last record of an outgoing leg says, that of the first attempt first. */
  readonly attempts?: readonly Partial<CdrParams>[];
}
