import type { FlowDescription } from '../transport/flow.ts';

/** A copy of one message as it came or went, repeats included. */
export interface TracedMessage {
  readonly direction: 'in' | 'out';
  /** Wall time, epoch ms. */
  readonly at: number;
  /** The whole message, its bytes as latin1 characters. Passwords' digests are in it: handle with care. */
  readonly text: string;
  /** Call-ID as written; '' where none could be found. */
  readonly callId: string;
  readonly flow: FlowDescription;
  /** Our own end of the flow. */
  readonly localAddress: string;
  readonly localPort: number;
}
