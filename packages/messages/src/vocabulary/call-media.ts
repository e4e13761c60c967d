import type { Ask } from '@tandem/engine';
import type { Body } from '../body.ts';
import { declareMessage } from '../declaration.ts';
import type { Refusal } from '../refusal.ts';

declare module '@tandem/engine' {
  interface MessageMap {
    'call.media': Ask<
      {
        readonly billid: string;
        /** The leg the description came from. */
        readonly id: string;
        /** The leg it goes to; empty while that is not known. */
        readonly peerid: string;
        /** Its place in the exchange: an offer, an answer, or early media. */
        readonly role: 'offer' | 'answer' | 'progress';
        readonly body: Body;
      },
      { readonly body: Body } | Refusal
    >;
  }
}

/** A session description passes: whoever anchors media may answer with another. */
export const callMedia = declareMessage({
  name: 'call.media',
  kind: 'ask',
  summary: 'Asked for every session description that passes; an answer replaces it.',
  sentBy: 'switch',
  heardBy: 'nobody by default; a media anchor',
  sample: {
    billid: 'node1-k3x9-17',
    id: 'sip/node1-k3x9-17',
    peerid: '',
    role: 'offer',
    body: { type: 'application/sdp', content: 'v=0\r\n' },
  },
});
