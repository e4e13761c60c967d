import { contactUri } from '../transport/listener.ts';
import type { Flow } from '../transport/flow.ts';
import { isOfSips, type RequestOrder, statedContact } from '../stack/request-order.ts';
import { isSips } from '../wire/is-sips.ts';
import { keep } from '../wire/keep.ts';
import type { SipRequest } from '../wire/sip-request.ts';
import type { SipResponse } from '../wire/sip-response.ts';
import { RouteSet } from './route-set.ts';
import { contactTarget } from './target-refresh.ts';
import { withoutTag } from './without-tag.ts';

/** What a dialog begins with. All texts are copies. */
export interface DialogSeed {
  readonly isIncoming: boolean;
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  readonly local: string;
  readonly remote: string;
  readonly remoteTarget: string;
  readonly routeSet: RouteSet;
  readonly localSequence: number;
  readonly remoteSequence: number;
  readonly flow: Flow;
  readonly isFlowBound: boolean;
  /** Contact header value of ours; default by listener and tag. */
  readonly contact: string | undefined;
}

/** The dialog that an incoming INVITE makes under a tag of ours (RFC 3261 §12.1.1). */
export function seedFromInvite(
  invite: SipRequest,
  flow: Flow,
  localTag: string,
  contact: string | undefined,
): DialogSeed {
  return {
    isIncoming: true,
    callId: keep(invite.callId),
    localTag,
    remoteTag: keep(invite.fromTag ?? ''),
    local: keep(withoutTag(invite.to)),
    remote: keep(withoutTag(invite.from)),
    // Without a usable Contact the From is the best guess; the peer broke §8.1.1.8.
    remoteTarget: keep(contactTarget(invite) ?? invite.from.uriText),
    routeSet: RouteSet.fromRecordRoute(invite.list('Record-Route'), false),
    localSequence: 0,
    remoteSequence: invite.cseq.number,
    flow,
    isFlowBound: isConnectionOnly(flow),
    contact: contact ?? `<${contactUri(flow.listener, localTag, isAskedBySips(invite))}>`,
  };
}

/** The dialog that an answer to our INVITE makes (RFC 3261 §12.1.2). */
export function seedFromAnswer(order: RequestOrder, flow: Flow, response: SipResponse): DialogSeed {
  return {
    isIncoming: false,
    callId: order.callId,
    localTag: order.localTag,
    remoteTag: keep(response.toTag ?? ''),
    local: keep(withoutTag(response.from)),
    remote: keep(withoutTag(response.to)),
    remoteTarget: keep(contactTarget(response) ?? order.uri),
    routeSet: RouteSet.fromRecordRoute(response.list('Record-Route'), true),
    localSequence: order.sequence,
    remoteSequence: -1,
    flow,
    // Whoever chose the flow for the INVITE knew of no other way to that peer.
    isFlowBound: order.path?.flow !== undefined || isConnectionOnly(flow),
    contact: statedContact(order, flow.listener) ?? secureContact(order, flow),
  };
}

/** A dialog that began with sips says so to its end, whatever the peer's Contact (§12.1.2). */
function secureContact(order: RequestOrder, { listener }: Flow): string | undefined {
  return isOfSips(order) ? `<${contactUri(listener, order.localTag, true)}>` : undefined;
}

/** RFC 3261 §12.1.1: then the Contact of the answer must be of sips as well. */
function isAskedBySips(invite: SipRequest): boolean {
  const [recordRoute] = invite.list('Record-Route');
  return isSips(invite.uri) || isSips(recordRoute ?? contactTarget(invite) ?? '');
}

/** Peers behind a WebSocket cannot be reached in any other way (RFC 7118 §5). */
function isConnectionOnly(flow: Flow): boolean {
  return flow.transport === 'ws' || flow.transport === 'wss';
}
