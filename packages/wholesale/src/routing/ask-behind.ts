import type { Message, Scope } from '@tandem/engine';
import type { Refusal, Route } from '@tandem/messages';

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
  return (await scope.bus.ask('call.route', message.params, options)) ?? refusal;
}
