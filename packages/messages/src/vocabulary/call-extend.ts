import type { Ask } from '@tandem/engine';
import { declareMessage } from '../declaration.ts';

declare module '@tandem/engine' {
  interface MessageMap {
    'call.extend': Ask<
      {
        /** The incoming leg: one call may have several on a node, and one billid over all nodes. */
        readonly id: string;
        /** The call may talk this long in all, ms since the answer: absolute, never added. */
        readonly talkMsMax: number;
      },
      { readonly extended: true }
    >;
  }
}

/** More talk time was paid for, or less is allowed. */
export const callExtend = declareMessage({
  name: 'call.extend',
  kind: 'ask',
  summary: 'Sets how long a call may talk in all; unanswered means there is no such call.',
  sentBy: 'ledger, on the node of the incoming leg',
  heardBy: 'switch',
  sample: { id: 'sip/node1-k3x9-17', talkMsMax: 120_000 },
});
