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
 * headers; a node that is dead, drains or cannot be reached is refused at once, or left to the
 * drivers behind where its phone can be reached by a Path.
 */
export function handleNatsDriver(scope: Scope, options: NatsDriverOptions): void {
  scope.handle('call.execute', { priority: priorities.drivers, as: 'nats' }, (message) => {
    const node = targetOf(message.params.callto, 'nats');
    if (node === undefined) return undefined;
    const { offer, path = [] } = message.params;
    const refusal = refusalOf(options, node, offer.body?.content.length ?? 0);
    if (refusal !== undefined) return path.length === 0 ? refusal : leaveToDrivers(message);
    const leg = openLeg(options, message, node);
    const asked = ask(scope, message, options.membership, leg);
    return path.length === 0 ? leg : takenOrLeft(message, leg, asked);
  });
}

async function takenOrLeft(
  message: Message<'call.execute'>,
  leg: Leg,
  asked: Promise<'gone' | 'done'>,
): Promise<Leg | undefined> {
  return (await asked) === 'done' ? leg : leaveToDrivers(message);
}

/**
 * A proxy keeps the way to that phone, and any node may speak to the proxy (RFC 3327): where its
 * own node cannot be reached, also before anybody has noticed, the drivers behind place the call.
 */
function leaveToDrivers(message: Message<'call.execute'>): undefined {
  message.change({ callto: message.getExtra(outgoingHandoverParams.callto) ?? '' });
  for (const name of Object.values(outgoingHandoverParams)) message.setExtra(name);
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

function openLeg(
  { switchboard, membership, table, graceMs }: NatsDriverOptions,
  message: Message<'call.execute'>,
  node: string,
): ClusterLeg {
  return new ClusterLeg({
    id: switchboard.nextLegId('nats'),
    direction: 'outgoing',
    key: message.params.branchId,
    node,
    boot: undefined,
    table,
    graceMs,
    isConnected: () => membership.isConnected,
  });
}

/** Hands the call over; `gone`: nobody was there to take it. Never rejects. */
async function ask(
  scope: Scope,
  message: Message<'call.execute'>,
  membership: Membership,
  leg: ClusterLeg,
): Promise<'gone' | 'done'> {
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
    if (isFault(fault, 'MESH_NODE_UNREACHABLE')) {
      leg.refuse(refuse('offline', text));
      return 'gone';
    }
    // Its word for it was lost, but not its leg: that has spoken.
    if (leg.link.hasHeard) leg.taken(membership.find(node)?.boot);
    // It may have been taken all the same: the other node must hear that nobody waits.
    else leg.abandon(refuse('unreachable', text));
  }
  return 'done';
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
