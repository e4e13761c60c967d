import type { LegEvent } from '@tandem/messages';

/**
 * The event as it is to be told after having waited: answers and hang-ups cross with their age,
 * so that they are billed at their true time. Instants of two nodes are never compared.
 */
export function agedEvent(event: LegEvent, waitedMs: number): LegEvent {
  const ageMs = Math.round(waitedMs);
  if (ageMs <= 0) return event;
  if (event.type === 'answered') {
    return { ...event, answeredAgoMs: event.answeredAgoMs + ageMs };
  }
  if (event.type === 'hangup') return { ...event, agoMs: (event.agoMs ?? 0) + ageMs };
  if (event.type === 'gone' && event.lastHeardAgoMs !== undefined) {
    return { ...event, lastHeardAgoMs: event.lastHeardAgoMs + ageMs };
  }
  return event;
}
