import {
  type CallOptions,
  type Phone,
  type PhoneCall,
  type SipCluster,
  type SipClusterOptions,
  startCluster,
} from '@tandem/testing';

/** Both ends of a call. */
export interface Ends {
  readonly caller: PhoneCall;
  readonly callee: PhoneCall;
}

/** Where the two phones of a scenario are, and how a call gets from one node to the other. */
export const ways = [
  { way: 'within one node', far: 'node1', hop: 'nats' },
  { way: 'from node to node', far: 'node2', hop: 'nats' },
  { way: 'from node to node by SIP', far: 'node2', hop: 'sip' },
] as const;

/** One of the ways. */
export type Way = (typeof ways)[number];

/** A cluster of two with Alice at node1 and Bob registered at the far end of the way. */
export async function aliceAndBob(
  { far, hop }: Way,
  options: SipClusterOptions = {},
): Promise<{ cluster: SipCluster; alice: Phone; bob: Phone } & AsyncDisposable> {
  const cluster = await startCluster(2, { hop, ...options });
  const alice = await cluster.phone('node1', 'alice');
  const bob = await cluster.registered(far, 'bob');
  return { cluster, alice, bob, [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose]() };
}

/** One phone calls the other, which has the call and has not answered it in any way. */
export async function dial(
  cluster: SipCluster,
  from: Phone,
  to: Phone,
  called = to.name,
  options: CallOptions = {},
): Promise<Ends> {
  const before = to.calls.length;
  const caller = from.call(called, options);
  await cluster.until(`${to.name} has the call`, () => {
    if (caller.refused.isOver) throw new Error(`refused with ${caller.statuses.join(' ')}`);
    return to.calls.length > before;
  });
  const callee = to.calls[before];
  if (callee === undefined) throw new Error(`${to.name} has no call`);
  return { caller, callee };
}

/** One phone calls the other, which rings. */
export async function ring(
  cluster: SipCluster,
  from: Phone,
  to: Phone,
  called = to.name,
  options: CallOptions = {},
): Promise<Ends> {
  const ends = await dial(cluster, from, to, called, options);
  ends.callee.ring();
  await cluster.until('it rings', ends.caller.ringing);
  return ends;
}

/** One phone calls the other, which rings and answers. */
export async function connect(
  cluster: SipCluster,
  from: Phone,
  to: Phone,
  called = to.name,
  options: CallOptions = {},
): Promise<Ends> {
  const ends = await ring(cluster, from, to, called, options);
  ends.callee.answer();
  await cluster.until('the caller has the answer', ends.caller.answered);
  await cluster.until('the phone has the ACK', ends.callee.answered);
  return ends;
}

/** One side hangs up, and the other one hears it. */
export async function hangUp(
  cluster: SipCluster,
  leaving: PhoneCall,
  left: PhoneCall,
): Promise<void> {
  const status = await cluster.turnUntil(leaving.hangUp());
  if (status !== 200) throw new Error(`BYE was answered ${status}`);
  await cluster.until('the other side hears of the end', left.ended);
}
