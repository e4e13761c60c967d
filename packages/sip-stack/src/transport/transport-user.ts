import type { Flow } from './flow.ts';
import type { NoticeHandler } from './notice.ts';

/** Hears what the listeners receive; none of these may throw. */
export interface TransportUser {
  /** One datagram, or one whole message of a stream; `bytes` are the receiver's until it returns. */
  onBytes(bytes: Buffer, flow: Flow): void;
  /**
   * A stream brought what cannot be cut into messages; it is closed after this. `head` is that of
   * the message in question, undefined for what is no SIP.
   */
  onUnframeable(status: number, reason: string, head: Buffer | undefined, flow: Flow): void;
  /** A message leaves on `flow`; it may still fail. */
  onSending(text: string, flow: Flow): void;
  onKeepAlive(flow: Flow): void;
  /** We sent a sign of life of our own accord. */
  onPing(flow: Flow): void;
  onConnectionOpened(flow: Flow): void;
  onFlowClosed(flow: Flow): void;
  onSendFailed(flow: Flow): void;
  /** A datagram was thrown away: too many wait to be handled. */
  onBacklogFull(): void;
  readonly onNotice: NoticeHandler;
}
