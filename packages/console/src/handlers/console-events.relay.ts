import type { Scope } from '@tandem/engine';
import type { EventFeed } from '../events/event-feed.ts';
import { isFeedEvent } from '../events/feed-event.ts';

/** console.events: what happened on a sister goes to those who listen here. */
export function handleConsoleEvents(scope: Scope, feed: EventFeed): void {
  scope.handle('console.events', { as: 'console' }, ({ params: { events, lost }, from }) => {
    if (from === undefined || !Array.isArray(events)) return;
    for (const event of events as readonly unknown[]) if (isFeedEvent(event)) feed.publish(event);
    if (lost > 0)
      feed.publish({ type: 'lost', text: JSON.stringify({ events: lost, node: from }) });
  });
}
