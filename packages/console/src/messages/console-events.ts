import type { Tell } from '@tandem/engine';
import { declareMessage } from '@tandem/messages';
import type { FeedEvent } from '../events/feed-event.ts';

declare module '@tandem/engine' {
  interface MessageMap {
    'console.events': Tell<{
      readonly events: readonly FeedEvent[];
      /** Events that did not fit. */
      readonly lost: number;
    }>;
  }
}

/** What happened here, for those who listen at another node. */
export const consoleEvents = declareMessage({
  name: 'console.events',
  kind: 'tell',
  summary: 'Tells a sister node whose console somebody listens to what happened here.',
  sentBy: 'console, to sisters that asked for it',
  heardBy: 'console',
  sample: { events: [{ type: 'call', text: '{"id":"node1-k3x9-17"}' }], lost: 0 },
});
