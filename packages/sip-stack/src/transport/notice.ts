/** What the stack tells its operator; none of these stops it. */
export type NoticeKind =
  /** The system gave a smaller receive buffer than asked: datagrams are lost when the loop stalls. */
  | 'receive-buffer-small'
  /** A listening socket reported an error and goes on, or was closed by it. */
  | 'socket-error'
  /** A connection was refused because its address or the listener has too many. */
  | 'connection-refused'
  /** A callback of the stack's user threw; a request in hand was answered 500. */
  | 'user-fault'
  /** A message could not be handled: a bug of ours, counted, and no reason to end. */
  | 'message-fault'
  /** A bound was reached, such as the number of transactions; new work is refused meanwhile. */
  | 'bound-reached';

/** One notice, fit for a log line. */
export interface StackNotice {
  readonly kind: NoticeKind;
  /** A sentence: what, where, value, and what to do. */
  readonly message: string;
  readonly cause?: unknown;
}

/** Receives notices; must not throw. */
export type NoticeHandler = (notice: StackNotice) => void;
