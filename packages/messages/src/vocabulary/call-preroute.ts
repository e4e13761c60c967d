import type { Ask } from '@tandem/engine';
import { declareMessage } from '../declaration.ts';
import type { Refusal } from '../refusal.ts';
import { type CallBlock, sampleCallBlock } from './call-block.ts';

declare module '@tandem/engine' {
  interface MessageMap {
    'call.preroute': Ask<CallBlock, Refusal>;
  }
}

/** The one point where an incoming call's billid can still be changed, before its first record. */
export const callPreroute = declareMessage({
  name: 'call.preroute',
  kind: 'ask',
  summary: 'Prepares an incoming call for routing; handlers change params, an answer refuses it.',
  sentBy: 'switch, once per incoming leg',
  heardBy: 'cluster.trust 50',
  sample: sampleCallBlock,
});
