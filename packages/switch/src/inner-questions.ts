import type { MaybePromise } from '@tandem/engine';
import {
  type InfoEvent,
  type ModifyEvent,
  type Refusal,
  refuse,
  type Route,
} from '@tandem/messages';
import type { CallContext } from './call-context.ts';
import { goOn } from './go-on.ts';
import type { LegRecord } from './leg-record.ts';

/** Asks whether a leg may change the session; a fault refuses the change, the call stays. */
export function updateRefusal(
  context: CallContext,
  from: LegRecord,
  event: ModifyEvent,
): MaybePromise<Refusal | undefined> {
  if (!context.isHandled('call.update')) return undefined;
  const hasBody = event.body !== undefined;
  const params = { ...from.block, operation: 'request' as const, hasBody };
  return orElse(
    () => context.ask(context.question('call.update', params, undefined, undefined)),
    refuse('failure', 'call.update failed'),
  );
}

/** Asks whether somebody eats digits; with a fault they pass. */
export function areDigitsEaten(
  context: CallContext,
  from: LegRecord,
  event: InfoEvent,
): MaybePromise<boolean> {
  if (event.dtmf === undefined || !context.isHandled('chan.dtmf')) return false;
  const params = { ...from.block, text: event.dtmf, detected: 'sip-info' };
  const answer = orElse(
    () => context.ask(context.question('chan.dtmf', params, undefined, undefined)),
    undefined,
  );
  return goOn(answer, (eaten) => eaten === true);
}

/** Asks where a caller goes whom the called leg has left; with a fault, nowhere. */
export function rerouteOf(
  context: CallContext,
  left: LegRecord,
  reason: string,
): MaybePromise<Route | undefined> {
  if (!context.isHandled('chan.disconnected')) return undefined;
  const params = { ...left.block, reason };
  return orElse(
    () => context.ask(context.question('chan.disconnected', params, undefined, undefined)),
    undefined,
  );
}

/** An answer, or with a fault (which the bus has logged) what stands for it. */
function orElse<T>(ask: () => MaybePromise<T>, otherwise: T): MaybePromise<T> {
  try {
    const answer = ask();
    return answer instanceof Promise ? answer.catch(() => otherwise) : answer;
  } catch {
    return otherwise;
  }
}
