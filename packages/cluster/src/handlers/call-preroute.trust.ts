import type { Scope } from '@tandem/engine';
import { priorities } from '@tandem/messages';
import { handoverParams } from '../cluster-facts.ts';

/** Longer ones are no ids of calls. */
const BILLID_CHARACTERS_MAX = 128;

/**
 * call.preroute: cluster headers of a stranger are taken away and counted; a peer's billid
 * becomes the call's own, before its first record. X-callto is routing authority: whoever may
 * set it chooses where we call and who pays.
 */
export function handlePrerouteTrust(scope: Scope, counters: { strippedHeaders: number }): void {
  const options = { priority: priorities.clusterTrust, as: 'cluster.trust' };
  scope.handle('call.preroute', options, (message) => {
    if (message.params.isPeer) {
      const billid = message.getExtra(handoverParams.billid);
      if (billid !== undefined && isCallId(billid)) message.change({ billid });
      return;
    }
    if (message.extra.length === 0) return;
    for (const name of Object.values(handoverParams)) {
      if (message.getExtra(name) === undefined) continue;
      counters.strippedHeaders++;
      message.setExtra(name);
    }
  });
}

function isCallId(text: string): boolean {
  return text.length <= BILLID_CHARACTERS_MAX && /^[\x21-\x7e]+$/.test(text);
}
