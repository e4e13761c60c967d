import type { Gather } from '@tandem/engine';
import { declareMessage } from '../declaration.ts';

/** One SIP message as a trace shows it: secrets are masked. */
export interface TraceLine {
  /** Epoch ms, by the clock of its node. */
  readonly at: number;
  readonly direction: 'in' | 'out';
  readonly transport: string;
  /** Our end, `host:port`. */
  readonly local: string;
  /** The peer's end, `host:port`. */
  readonly remote: string;
  readonly callId: string;
  /** The message, each byte one character; cut after 4 kB. */
  readonly text: string;
}

/** What one node has heard for a trace. */
export interface TracePart {
  /** It still listens. */
  readonly isOpen: boolean;
  /** Messages that belonged to it and are not here: the bounds were reached. */
  readonly dropped: number;
  readonly lines: readonly TraceLine[];
}

/** What a trace is asked to do, and what it listens for: exactly one of call, number and address. */
export interface TraceQuestion {
  readonly action: 'begin' | 'read' | 'end';
  /** Names the trace over all nodes. */
  readonly id: string;
  /** The billid of a call. */
  readonly call: string;
  /** Begin of the caller's or the called number of calls to come. */
  readonly number: string;
  /** Literal address of a peer. */
  readonly address: string;
  /** How long it listens. */
  readonly seconds: number;
}

declare module '@tandem/engine' {
  interface MessageMap {
    'sip.trace': Gather<TraceQuestion, TracePart>;
  }
}

/** Write down what is said on the wire. */
export const sipTrace = declareMessage({
  name: 'sip.trace',
  kind: 'gather',
  summary: 'Begins, reads or ends a bounded trace of SIP messages, at one node or at all.',
  sentBy: 'sip, for its HTTP resource; to all nodes',
  heardBy: 'sip 100',
  sample: {
    action: 'begin',
    id: 'node1-k3x9-t1',
    call: 'node1-k3x9-17',
    number: '',
    address: '',
    seconds: 60,
  },
});
