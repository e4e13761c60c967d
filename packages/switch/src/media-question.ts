import type { MaybePromise } from '@tandem/engine';
import { type Body, isRefusal, isSdp, type Refusal, refuse } from '@tandem/messages';
import type { CallContext } from './call-context.ts';
import { goOn } from './go-on.ts';

/** The place of a session description in its exchange. */
export type MediaRole = 'offer' | 'answer' | 'progress';

/**
 * Asks `call.media` what becomes of a body on its way from one leg to the other; with nobody
 * there, or when it is no session description, it passes as it is. A fault refuses: whoever
 * anchors media must not be passed by.
 */
export function askMedia(
  context: CallContext,
  id: string,
  peerid: string,
  role: MediaRole,
  body: Body | undefined,
): MaybePromise<Body | Refusal | undefined> {
  if (!context.isHandled('call.media') || !isSdp(body)) return body;
  const params = { billid: context.billid, id, peerid, role, body };
  const message = context.question('call.media', params, undefined, undefined);
  try {
    const answer = context.ask(message);
    if (!(answer instanceof Promise)) return chosen(answer, body);
    return goOn(
      answer.catch(() => failed),
      (later) => chosen(later, body),
    );
  } catch {
    // The bus has logged who failed and why.
    return failed;
  }
}

const failed: Refusal = refuse('failure', 'call.media failed');

function chosen(answer: { readonly body: Body } | Refusal | undefined, body: Body): Body | Refusal {
  if (answer === undefined) return body;
  return isRefusal(answer) ? answer : answer.body;
}
