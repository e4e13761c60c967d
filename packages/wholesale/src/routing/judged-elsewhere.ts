import type { Message } from '@tandem/engine';

/**
 * Whether a sister node has judged this call: it comes from a peer, or was handed over or
 * admitted by one. Such a call is never rated, routed or limited again.
 */
export function isJudgedElsewhere({
  params,
  facts,
}: Pick<Message<'call.route'>, 'params' | 'facts'>): boolean {
  // These facts are the cluster's; their types are known only where it is installed.
  const { handedOver, admitted } = facts as { readonly handedOver?: unknown; admitted?: unknown };
  return params.isPeer || handedOver !== undefined || admitted !== undefined;
}
