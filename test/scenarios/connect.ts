import type { CallOptions, Phone, PhoneCall, SipCluster } from '@tandem/testing';

/** Both ends of a call. */
export interface Ends {
  readonly caller: PhoneCall;
  readonly callee: PhoneCall;
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
  return { caller, callee: to.calls[before]! };
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
