import type { Scope } from '@tandem/engine';
import { priorities, type Refusal, refuse, targetOf } from '@tandem/messages';
import { keep } from '@tandem/sip-stack';
import { readDestination } from '../outgoing/destination.ts';
import type { SipDriver } from '../sip-driver.ts';

/** How long a phone may take; its sender waits no longer than 64·T1 himself. */
const PHONE_MS = 10_000;

/** sip.deliver: sends a MESSAGE to one phone of ours, and answers with what it says. */
export function handleDeliver(scope: Scope, { host, identity }: SipDriver): void {
  const options = { priority: priorities.drivers, as: 'sip', deadlineMs: PHONE_MS + 1_000 };
  scope.handle('sip.deliver', options, ({ params }) => {
    const target = targetOf(params.callto, 'sip');
    if (target === undefined) return undefined;
    const { connection, path } = params;
    const way = { ...(connection !== '' && { connection }), ...(path.length > 0 && { path }) };
    const destination = readDestination(target, way, host, identity.boot);
    if ('refused' in destination) return destination;
    return new Promise<{ status: number; phrase: string } | Refusal>((resolve) => {
      const late = refuse('offline', 'the phone did not answer');
      const stop = host.wheel.after(PHONE_MS, () => resolve(late));
      host.stack.sendRequest(
        {
          method: 'MESSAGE',
          uri: destination.uri,
          from: params.sender,
          to: params.receiver,
          routes: destination.routes,
          path: destination.path,
          body: { type: params.contentType, content: params.content },
          maxForwards: params.maxForwards,
        },
        {
          onFinal({ status, reason }) {
            stop();
            // A phone that wants a password wants it of us, who have none.
            const isRefused = status === 401 || status === 407 || status === 503;
            resolve(isRefused ? refuse('forbidden') : { status, phrase: keep(reason) });
          },
          onFailed() {
            stop();
            resolve(late);
          },
        },
      );
    });
  });
}
