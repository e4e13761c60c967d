import type { Message } from '@tandem/engine';
import { chargesOf } from '../charge/call-charges.ts';
import { noteLeg } from '../charge/noted-leg.ts';

/** Notes an outgoing leg of a call of this node, legs to sisters included, for the call's story. */
export function noteOutgoing({ params, facts }: Message<'call.cdr'>): void {
  // What a sister handed over is told by her.
  if (params.direction !== 'outgoing' || 'handedOver' in facts) return;
  noteLeg(chargesOf(facts).legs, params);
}
