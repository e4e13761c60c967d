import type { FailedEvent } from '@tandem/messages';

/**
 * Whether the next group is tried after this failure. The route's own list of codes decides if
 * it has one; else busy, decline and the like (`stopCodes`, any 6xx) end the hunt. What failed
 * on our side, such as no reply in time or a limit, always leads on: nobody has declined.
 */
export function leadsOn(
  failure: FailedEvent,
  failoverCodes: readonly number[] | undefined,
  stopCodes: readonly number[],
): boolean {
  if (failure.where !== 'carrier') return true;
  if (failoverCodes !== undefined) return failoverCodes.includes(failure.status);
  return failure.status < 600 && !stopCodes.includes(failure.status);
}
