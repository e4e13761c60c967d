import type { Ask, Tell } from '@tandem/engine';
import { declareMessage } from '../declaration.ts';

declare module '@tandem/engine' {
  interface MessageMap {
    'sip.stray': Ask<
      {
        /** The whole request as it arrived, each byte one character. */
        readonly text: string;
        /** The way back to its sender, as the node that got it writes it. */
        readonly flow: string;
        /** Source of the packet, literal, without brackets. */
        readonly remoteAddress: string;
        /** Port that answers to it go to. */
        readonly remotePort: number;
        /** The node that got it, and its boot: answers go there. */
        readonly nodename: string;
        readonly boot: string;
      },
      { readonly isTaken: boolean }
    >;
    'sip.return': Tell<{
      /** The whole answer, each byte one character. */
      readonly text: string;
      readonly flow: string;
    }>;
  }
}

/** This request belongs to a dialog of yours. */
export const sipStray = declareMessage({
  name: 'sip.stray',
  kind: 'ask',
  summary: 'Passes a request of a dialog to the node that holds it, from the one that got it.',
  sentBy: 'sip, to another node',
  heardBy: 'sip 100',
  sample: {
    text: 'BYE sip:node1-1-0a@192.0.2.1 SIP/2.0\r\n\r\n',
    flow: 'udp;udp:192.0.2.2:5060;198.51.100.9:5060;0;k3x9',
    remoteAddress: '198.51.100.9',
    remotePort: 5060,
    nodename: 'node2',
    boot: 'k3x9',
  },
});

/** Its answer: send it the way the request came. */
export const sipReturn = declareMessage({
  name: 'sip.return',
  kind: 'tell',
  summary: 'Brings the answer to such a request back to the node that got it, which sends it.',
  sentBy: 'sip, to one boot of another node',
  heardBy: 'sip 100',
  sample: {
    text: 'SIP/2.0 200 OK\r\n\r\n',
    flow: 'udp;udp:192.0.2.2:5060;198.51.100.9:5060;0;k3x9',
  },
});
