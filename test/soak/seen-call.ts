/** How a call ended, as its caller saw it. */
export type SeenEnd =
  /** We said BYE, and the node said 200. */
  | 'byCaller'
  /** The node said BYE. */
  | 'byNode'
  /** Our BYE was never answered: its node is no more. */
  | 'lost'
  /** A final answer other than 200. */
  | 'refused'
  /** No answer at all. */
  | 'unheard';

/** One call, as its caller saw it; the books are judged by it. Instants are monotonic ms. */
export interface SeenCall {
  /** The calling number: one call's own. */
  readonly caller: string;
  readonly tenant: string;
  /** Index of the node called, and how often that had been started by then. */
  readonly node: number;
  readonly life: number;
  readonly sentMs: number;
  status: number;
  answeredMs: number | undefined;
  /** When the caller hung up or heard that it is over. */
  endedMs: number | undefined;
  /** When nothing more came of it: the node's answer to BYE was there. */
  closedMs: number | undefined;
  end: SeenEnd | undefined;
}
