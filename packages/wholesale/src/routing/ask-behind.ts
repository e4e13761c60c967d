import type { Message, Scope } from '@tandem/engine';
import { type Refusal, refuse, type Route } from '@tandem/messages';

/**
 * Asks those behind wholesale before a call is refused: the tenant's own users, an IVR, a
 * queue. Their answer stands; without one the refusal does.
 */
export async function askBehind(
  scope: Scope,
  message: Message<'call.route'>,
  after: number,
  refusal: Refusal,
): Promise<Route | Refusal> {
  const options = { parent: message, after, extra: message.extra };
  try {
    return (await scope.bus.ask('call.route', message.params, options)) ?? refusal;
  } catch {
    // The bus has logged who failed and why; that is not our fault, and must not count as it.
    return refuse('failure', 'a handler failed');
  }
}

/** Longer than those behind may take, ms: who is late is named, and not we for him. */
export const ASK_BEHIND_DEADLINE_MS = 30_000;
