import type { Message } from '@tandem/engine';

declare module '@tandem/engine' {
  interface CallFacts {
    /** Somebody only asks how a call would be routed: nothing is counted, no turn is used. */
    routeTest?: RouteTestFact;
  }
}

/** What a route test asks for. */
export interface RouteTestFact {
  /** The instant for which it is asked, epoch ms. */
  readonly at: number;
}

/** The instant at which rates and windows are looked at, epoch ms. */
export function instantOf({ facts, time }: Pick<Message, 'facts' | 'time'>): number {
  return facts.routeTest?.at ?? time;
}
