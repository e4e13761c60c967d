import type { MaybePromise, Message, Scope } from '@tandem/engine';
import { type Leg, priorities, type Refusal, refuse, targetOf } from '@tandem/messages';
import { DigestClient } from '@tandem/sip-stack';
import { isClusterPeer, isForCluster } from '../outgoing/cluster-peer.ts';
import { type Destination, readDestination } from '../outgoing/destination.ts';
import { draftInvite } from '../outgoing/invite-draft.ts';
import { readTrunkOptions } from '../outgoing/trunk-options.ts';
import { OutgoingLeg } from '../outgoing/outgoing-leg.ts';
import type { SipDriver } from '../sip-driver.ts';

/** Places `sip/…`: the answer is the leg, its INVITE on the way (RFC 3261 §13.2.1). */
export function handleCallExecute(scope: Scope, driver: SipDriver, priority?: number): void {
  scope.handle('call.execute', { priority: priority ?? priorities.drivers }, (message) => {
    const target = targetOf(message.params.callto, 'sip');
    return target === undefined ? undefined : place(message, target, driver);
  });
}

function place(
  message: Message<'call.execute'>,
  target: string,
  driver: SipDriver,
): MaybePromise<Leg | Refusal> {
  const { params, extra } = message;
  const { host, ranges } = driver;
  if (params.offer.maxForwards < 0) return refuse('hops', 'Max-Forwards is used up');
  const destination = readDestination(target, params, host, driver.identity.boot);
  if ('refused' in destination) return destination;
  if (!isForCluster(extra)) return dial(message, destination, false, driver);
  return isClusterPeer(destination, ranges.peers, host.stack).then((isPeer) => {
    if (message.isCancelled) return refuse('cancelled');
    if (isPeer) return dial(message, destination, true, driver);
    host.log.warn('a call for a sister node was not sent: its address is not among [sip] peers', {
      callto: params.callto,
    });
    return refuse('noconn', `${destination.address} is not among [sip] peers`);
  });
}

function dial(
  { params, extra }: Message<'call.execute'>,
  destination: Destination,
  isPeer: boolean,
  { host, switchboard }: SipDriver,
): Leg {
  const { authUsername, authPassword, offer } = params;
  const digest =
    authUsername !== undefined && authPassword !== undefined
      ? new DigestClient({ username: authUsername, password: authPassword }, host.random)
      : undefined;
  const trunk = readTrunkOptions(params, (numberOut) =>
    host.log.warn('a trunk wants numbers in a form that nobody knows', { numberOut }),
  );
  return new OutgoingLeg({
    id: switchboard.nextLegId('sip'),
    host,
    address: destination.address,
    invite: draftInvite({ params, extra, destination, isPeer, trunk }, host),
    digest,
    furtherKeys: trunk.allowedKeys,
    isFlowBound: destination.isFlowBound,
    isPrackEndToEnd: offer.supported.some((name) => name.toLowerCase() === '100rel'),
    offer: offer.body,
  });
}
