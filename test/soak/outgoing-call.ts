import type { SeenCall } from './seen-call.ts';
import { writeSipText } from './sip-text.ts';

/** What one call is to be. */
export interface CallPlan {
  readonly seen: SeenCall;
  readonly called: string;
  /** `host:port` of the node. */
  readonly node: string;
  readonly talkMs: number;
  /** The caller loses patience so long after the INVITE; undefined: never. */
  readonly cancelAfterMs: number | undefined;
}

/** A call on its way, as its caller knows it. */
export interface LiveCall extends CallPlan {
  readonly callId: string;
  readonly branch: string;
  readonly from: string;
  to: string;
  target: string;
  phase: 'calling' | 'talking' | 'ending' | 'over';
  isRinging: boolean;
  isCancelled: boolean;
  timer: NodeJS.Timeout | undefined;
  plan: NodeJS.Timeout | undefined;
}

/** A call that has not been sent yet; `number` is its own at that source. */
export function beginCall(plan: CallPlan, host: string, number: number): LiveCall {
  const id = `${plan.seen.caller}-${number}`;
  return {
    ...plan,
    callId: `${id}@${host}`,
    branch: `z9hG4bK${id}`,
    from: `<sip:${plan.seen.caller}@${host}>;tag=c${id}`,
    to: `<sip:${plan.called}@${plan.node}>`,
    target: `sip:${plan.called}@${plan.node}`,
    phase: 'calling',
    isRinging: false,
    isCancelled: false,
    timer: undefined,
    plan: undefined,
  };
}

/** One request of a call. */
export interface CallRequest {
  readonly method: string;
  /** Of the CSeq. */
  readonly number: number;
  /** That of the INVITE for what belongs to its transaction: CANCEL, the ACK of a refusal. */
  readonly branch: string;
  readonly sdp: string;
}

/** Writes a request of a call from that source. */
export function writeRequest(
  call: LiveCall,
  source: { readonly host: string; readonly port: number },
  { method, number, branch, sdp }: CallRequest,
): Buffer {
  const place = `${source.host}:${source.port}`;
  const headers = [
    `Via: SIP/2.0/UDP ${place};branch=${branch}`,
    'Max-Forwards: 70',
    `From: ${call.from}`,
    `To: ${call.to}`,
    `Call-ID: ${call.callId}`,
    `CSeq: ${number} ${method}`,
    `Contact: <sip:${call.seen.caller}@${place}>`,
  ];
  const isOfInvite = branch === call.branch;
  const target = isOfInvite ? `sip:${call.called}@${call.node}` : call.target;
  return writeSipText(`${method} ${target} SIP/2.0`, headers, sdp);
}
