import type { TracedMessage } from './traced-message.ts';

/** Why a tap has ended. */
export type TapEnd = 'stopped' | 'messages' | 'time' | 'closed';

/** What to listen in on. With neither calls nor address: everything. */
export interface TapOptions {
  /** Calls to follow; more may be added while it runs, such as the other leg of the call. */
  readonly callIds?: readonly string[];
  /** Literal address of the peer, IPv6 without brackets. */
  readonly address?: string;
  /** The tap ends by itself after so many messages; default 1,000. */
  readonly messagesMax?: number;
  /** The tap ends by itself after this; default ten minutes. */
  readonly durationMs?: number;
  /** Called for each message while it is being received or sent: be quick. What it throws is a notice. */
  readonly onMessage: (message: TracedMessage) => void;
  /** The last call. */
  readonly onEnd?: (end: TapEnd) => void;
}

/** A tap that runs. */
export interface MessageTap {
  readonly isOpen: boolean;
  /** Follows one more call, up to 64; of a tap that hears everything or an address it narrows nothing. */
  addCallId(callId: string): void;
  stop(): void;
}
