/** One event as it is sent: its type, and its data as JSON without line ends. */
export interface FeedEvent {
  readonly type: string;
  readonly text: string;
}

/** Whether something from another node is an event: it goes into a stream line by line. */
export function isFeedEvent(value: unknown): value is FeedEvent {
  if (typeof value !== 'object' || value === null) return false;
  const { type, text } = value as Readonly<Record<string, unknown>>;
  const isType = typeof type === 'string' && /^[a-z]{1,16}$/.test(type);
  return isType && typeof text === 'string' && !/[\r\n]/.test(text);
}
