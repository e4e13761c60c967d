import { isFault, type Message, type Scope } from '@tandem/engine';
import {
  BODY_BYTES_MAX,
  type ExecuteParams,
  type HandoverBranch,
  type HandoverParams,
  isRefusal,
  type Leg,
  type Membership,
  priorities,
  type Refusal,
  refusalWord,
  refuse,
  type Switchboard,
  targetOf,
} from '@tandem/messages';
import { outgoingHandoverParams } from '../cluster-facts.ts';
import { ClusterLeg } from '../link/cluster-leg.ts';
import type { LinkTable } from '../link/link-table.ts';

/** How long another node may take to take a call over, ms; then the next destination is tried. */
const TAKEN_MS = 1_000;

/** What the driver of legs between nodes needs. */
export interface NatsDriverOptions {
  readonly switchboard: Switchboard;
  readonly membership: Membership;
  readonly table: LinkTable;
  readonly graceMs: number;
}

/**
 * call.execute: the driver of `nats/<node>`. The call is handed to that node with its four
 * headers; a node that is dead, drains or cannot be reached is refused at once.
 */
export function handleNatsDriver(scope: Scope, options: NatsDriverOptions): void {
  scope.handle('call.execute', { priority: priorities.drivers, as: 'nats' }, (message) => {
    const node = targetOf(message.params.callto, 'nats');
    if (node === undefined) return undefined;
    return (
      refusalOf(options, node, message.params.offer.body?.content.length ?? 0) ??
      handOver(scope, options, message, node)
    );
  });
}

function refusalOf(
  { membership, table }: NatsDriverOptions,
  node: string,
  bodyBytes: number,
): Refusal | undefined {
  if (!membership.isConnected) return refuse('unreachable', 'NATS is away');
  const peer = membership.find(node);
  if (peer?.state === 'dead') return refuse('offline', `node ${node} is dead`);
  if (table.isSwamped(node)) return refuse('congestion', `node ${node} does not keep up`);
  if (bodyBytes > BODY_BYTES_MAX) {
    return refuse('toolarge', `a body of ${bodyBytes} bytes does not cross between nodes`);
  }
  return undefined;
}

function handOver(
  scope: Scope,
  { switchboard, membership, table, graceMs }: NatsDriverOptions,
  message: Message<'call.execute'>,
  node: string,
): Leg {
  const leg = new ClusterLeg({
    id: switchboard.nextLegId('nats'),
    direction: 'outgoing',
    key: message.params.branchId,
    node,
    boot: undefined,
    table,
    graceMs,
    isConnected: () => membership.isConnected,
  });
  void ask(scope, message, membership, leg);
  return leg;
}

async function ask(
  scope: Scope,
  message: Message<'call.execute'>,
  membership: Membership,
  leg: ClusterLeg,
): Promise<void> {
  const node = leg.address;
  const { facts, trail } = message;
  const options = { facts, trail, to: node, timeoutMs: TAKEN_MS };
  try {
    const params = paramsOf(message, membership.self.boot);
    const answer = await scope.bus.ask('leg.execute', params, options);
    if (answer === undefined) leg.refuse(refuse('unreachable', `node ${node} takes no calls`));
    else if (isRefusal(answer)) leg.refuse(knownRefusal(answer));
    else leg.taken(answer.boot);
  } catch (fault) {
    const text = fault instanceof Error ? fault.message : String(fault);
    if (isFault(fault, 'MESH_NODE_UNREACHABLE')) leg.refuse(refuse('offline', text));
    // Its word for it was lost, but not its leg: that has spoken.
    else if (leg.link.hasHeard) leg.taken(membership.find(node)?.boot);
    // It may have been taken all the same: the other node must hear that nobody waits.
    else leg.abandon(refuse('unreachable', text));
  }
}

/** A word that only a newer version of the other node knows becomes a plain failure. */
function knownRefusal(refusal: Refusal): Refusal {
  return { ...refusal, refused: refusalWord(refusal.refused) };
}

function paramsOf(message: Message<'call.execute'>, boot: string): HandoverParams {
  const { params } = message;
  const { connection, path } = params;
  const branch = branchOf(params);
  return {
    key: params.branchId,
    boot,
    callto: message.getExtra(outgoingHandoverParams.callto) ?? '',
    billid: params.billid,
    username: params.username,
    caller: params.caller,
    callername: params.callername,
    called: params.called,
    domain: params.domain,
    hops: params.hops + 1,
    offer: params.offer,
    setupMs: params.setupMs,
    ...(connection === undefined ? undefined : { connection }),
    ...(path === undefined ? undefined : { path }),
    ...(branch === undefined ? undefined : { branch }),
  };
}

/** Undefined when the route said nothing: the usual case. */
function branchOf(params: ExecuteParams): HandoverBranch | undefined {
  const { ringMs, authUsername, authPassword, outboundProxy, driverOptions } = params;
  const all = { ringMs, authUsername, authPassword, outboundProxy, driverOptions };
  const said = Object.entries(all).filter(([, value]) => value !== undefined);
  return said.length === 0 ? undefined : Object.fromEntries(said);
}
