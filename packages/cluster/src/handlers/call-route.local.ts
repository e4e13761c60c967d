import type { Scope } from '@tandem/engine';
import { routeTo } from '@tandem/messages';
import { handoverParams } from '../cluster-facts.ts';

/**
 * call.route: a call that a sister hands over goes where its x-callto says, and no other handler
 * hears of it; `cluster/1234` is the number 1234 (Yate clustering, call.route). A stranger's
 * number stays as it is, and leads nowhere: who is no sister does not speak to nodes.
 */
export function handleRouteLocal(
  scope: Scope,
  options: { readonly priority: number; readonly prefix: string },
): void {
  const { priority, prefix } = options;
  scope.handle('call.route', { priority, as: 'cluster.local' }, (message) => {
    const { called, isPeer } = message.params;
    if (!isPeer || !called.startsWith(prefix)) return undefined;
    const rest = called.slice(prefix.length).trim();
    const callto = message.getExtra(handoverParams.callto) ?? '';
    if (rest === '' && callto === '') return undefined;
    message.change({ called: rest });
    if (rest !== '') return undefined;
    message.facts.handedOver ??= { node: message.getExtra(handoverParams.nodename) ?? '' };
    const connection = message.getExtra(handoverParams.connection);
    const path = message.extra
      .filter(([name]) => name === handoverParams.path)
      .map(([, value]) => value);
    return routeTo(callto, {
      ...message.facts.handedOver.branch,
      ...(connection === undefined ? undefined : { connection }),
      ...(path.length === 0 ? undefined : { path }),
    });
  });
}
