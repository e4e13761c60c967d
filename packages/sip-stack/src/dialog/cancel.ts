import type { HeaderLine } from '../stack/message-parts.ts';
import { cancelText, type RequestOrder } from '../stack/request-order.ts';
import type { StackCore } from '../stack/stack-core.ts';
import type { InviteClientTransaction } from '../transaction/invite-client-transaction.ts';
import {
  RequestClientTransaction,
  type RequestClientUser,
} from '../transaction/request-client-transaction.ts';

/**
 * Sends CANCEL for an INVITE on the same flow and branch (RFC 3261 §9.1). Only the INVITE's own
 * final answer counts; of CANCEL's answers only 481 says something: there is no INVITE any more,
 * so its final answer is awaited only for as long as a 2xx may still be on its way.
 */
export function sendCancel(
  core: StackCore,
  order: RequestOrder,
  invite: InviteClientTransaction,
  headers: readonly HeaderLine[] | undefined,
  via: string,
): void {
  const user: RequestClientUser = {
    onProvisional() {},
    onFinal(response) {
      if (response.status === 481) invite.guardCancel(core.timers.t2Ms + core.timers.t4Ms);
    },
    onTimeout() {},
    onTransportError() {},
  };
  const transaction = new RequestClientTransaction(
    invite.branch,
    'CANCEL',
    invite.flow,
    core.transactions,
    user,
  );
  core.transactions.addRequestClient(transaction);
  core.counters.countRequestSent('CANCEL');
  transaction.start(cancelText(order, headers, via));
}
