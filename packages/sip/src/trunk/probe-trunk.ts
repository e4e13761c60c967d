import type { Clock, TimerWheel } from '@tandem/engine';
import { type Refusal, refuse, type TrunkProbed, type TrunkProbeParams } from '@tandem/messages';
import { keep, reasonPhrase, type SipStack } from '@tandem/sip-stack';
import { nodeAccept } from '../capabilities.ts';
import { isResponse, sendToTrunk } from './send-to-trunk.ts';
import { parseAddress, routesThrough, withScheme } from './trunk-route.ts';

/** What a probe needs. */
export interface ProbeParts {
  readonly stack: SipStack;
  readonly clock: Clock;
  readonly wheel: TimerWheel;
  readonly params: TrunkProbeParams;
}

/**
 * Sends OPTIONS to a trunk's peer (RFC 3261 §11.1). Any final answer says that somebody is there,
 * be it a challenge or a refusal; what it is worth is for the sender to judge. Never rejects.
 */
export async function probeTrunk(parts: ProbeParts): Promise<TrunkProbed | Refusal> {
  const { stack, clock, wheel, params } = parts;
  const routes = routesThrough(params.outboundProxy);
  const address = parseAddress(params.address);
  if (address === undefined || routes === undefined) {
    return refuse('noroute', `no SIP address: ${params.address}`);
  }
  const beganMs = clock.monotonicMs();
  const host = stack.listeners[0]?.advertisedHost ?? 'localhost';
  const answered = sendToTrunk(stack, {
    options: {
      method: 'OPTIONS',
      uri: withScheme(params.address),
      from: `<sip:${host}>`,
      to: `<${withScheme(params.address)}>`,
      callId: stack.makeCallId(),
      localTag: stack.makeTag(),
      routes,
      headers: [nodeAccept],
      path: { isNextTriedOn503: true, ...(params.listener && { listener: params.listener }) },
    },
    digest: undefined,
    nextSequence: () => 1,
  });
  const silence = new Promise<undefined>((resolve) => {
    const stop = wheel.after(params.timeoutMs, () => resolve(undefined));
    void answered.then(stop);
  });
  const answer = await Promise.race([answered, silence]);
  const durationMs = Math.round(clock.monotonicMs() - beganMs);
  if (answer === undefined) return { status: 408, phrase: 'no answer in time', durationMs };
  if (!isResponse(answer)) return { status: answer.status, phrase: answer.message, durationMs };
  const phrase =
    answer.reason === '' ? reasonPhrase(answer.status) : keep(answer.reason.slice(0, 128));
  return { status: answer.status, phrase, durationMs };
}
