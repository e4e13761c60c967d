import type { CallFacts, Extra, Message, Scope } from '@tandem/engine';
import { type Membership, refuse, type Switchboard } from '@tandem/messages';
import { handoverParams, HOPS_MAX } from '../cluster-facts.ts';
import { isHandover } from '../handover-form.ts';
import { ClusterLeg } from '../link/cluster-leg.ts';
import type { LinkTable } from '../link/link-table.ts';

/** What taking over needs. */
export interface TakeOptions {
  readonly prefix: string;
  readonly switchboard: Switchboard;
  readonly membership: Membership;
  readonly table: LinkTable;
  readonly graceMs: number;
}

/**
 * leg.execute: takes a call that another node hands over. The same key twice is the same leg; a
 * key that was given up before is refused. The call is routed here as if it came by SIP, with
 * the number `cluster/` and the four headers.
 */
export function handleTakeOver(scope: Scope, options: TakeOptions): void {
  const { table, membership, switchboard } = options;
  scope.handle('leg.execute', { as: 'cluster.take' }, (message) => {
    const { from, params } = message;
    // Only what came from another node: nobody here may pretend to be one.
    if (from === undefined) return undefined;
    if (!isHandover({ ...params })) return refuse('badrequest', 'it hands no call over');
    if (params.hops > HOPS_MAX) {
      return refuse('looping', `the call has passed ${params.hops} nodes already`);
    }
    const { boot } = membership.self;
    const known = table.find(params.key, 'far');
    if (known !== undefined) {
      return known.node === from && known.owner !== undefined
        ? { boot, legId: known.owner.id }
        : refuse('forbidden', 'the leg is another node’s');
    }
    if (table.isSwamped(from)) return refuse('congestion', 'too many legs between nodes');
    if (table.isBuried(params.key, 'far')) return refuse('cancelled', 'it was given up before');
    if (!switchboard.isAccepting && !isForUsAlone(params.callto)) {
      return refuse('draining', 'the node takes no new calls');
    }
    return { boot, legId: take(options, message, from) };
  });
}

function take(options: TakeOptions, message: Message<'leg.execute'>, from: string): string {
  const { switchboard, membership, table, graceMs, prefix } = options;
  const { params } = message;
  const leg = new ClusterLeg({
    id: switchboard.nextLegId('nats'),
    direction: 'incoming',
    key: params.key,
    node: from,
    boot: params.boot,
    table,
    graceMs,
    isConnected: () => membership.isConnected,
  });
  switchboard.receive(leg, {
    caller: params.caller,
    callername: params.callername,
    called: prefix,
    username: '',
    domain: params.domain,
    address: from,
    listener: 'nats',
    isPeer: true,
    hops: params.hops,
    expiresMs: params.setupMs,
    offer: params.offer,
    extra: headersOf(message, from),
    facts: factsOf(message, from),
  });
  return leg.id;
}

/**
 * What no header says stays among the facts; a call that comes by SIP cannot set them. The number
 * that was called is there too: `cluster/` is only how the call found its way here.
 */
function factsOf({ facts, params }: Message<'leg.execute'>, from: string): CallFacts {
  const { branch, called } = params;
  return { ...facts, handedOver: { node: from, branch: { called, ...branch } } };
}

/** What the call would carry as headers if it came by SIP: one handler serves both. */
function headersOf({ params }: Message<'leg.execute'>, from: string): readonly Extra[] {
  return [
    [handoverParams.callto, params.callto],
    [handoverParams.billid, params.billid],
    [handoverParams.nodename, from],
    [handoverParams.username, params.username],
    ...(params.connection === undefined
      ? []
      : [[handoverParams.connection, params.connection] as const]),
    ...(params.path ?? []).map((step) => [handoverParams.path, step] as const),
  ];
}

/** A draining node still serves its phones and its running calls, and no one else can. */
function isForUsAlone(callto: string): boolean {
  return callto.startsWith('sip/') || callto.startsWith('replace/');
}
