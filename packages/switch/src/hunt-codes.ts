import type { FailedEvent } from '@tandem/messages';

/**
 * Whether the next group is tried after this failure. The route's own list of codes decides if
 * it has one; else busy, decline and the like (`stopCodes`, any 6xx) end the hunt. No reply in
 * time, and what failed on our side, such as a limit, always lead on: nobody has declined.
 */
export function leadsOn(
  failure: FailedEvent,
  failoverCodes: readonly number[] | undefined,
  stopCodes: readonly number[],
): boolean {
  if (failure.where !== 'carrier') return true;
  if (failure.status === 408 || failure.reason === 'unreachable') return true;
  if (failoverCodes !== undefined) return failoverCodes.includes(failure.status);
  return failure.status < 600 && !stopCodes.includes(failure.status);
}
