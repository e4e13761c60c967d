import type { Ask } from '@tandem/engine';
import { declareMessage } from '../declaration.ts';
import type { Refusal } from '../refusal.ts';

/** One phone of a user, as whoever sends it something needs it. */
export interface PhoneLocation {
  /** `sip/sip:bob@192.0.2.7:5060`, with the prefix of the node that reaches it. */
  readonly callto: string;
  /** Its flow, as its driver wrote it; empty where there is none. */
  readonly connection: string;
  /** Path of a registration that came through a proxy (RFC 3327). */
  readonly path: readonly string[];
}

declare module '@tandem/engine' {
  interface MessageMap {
    'user.locate': Ask<
      { readonly username: string },
      { readonly phones: readonly PhoneLocation[] } | Refusal
    >;
    'sip.deliver': Ask<
      {
        /** The phone: as `user.locate` names it, then without its node. */
        readonly callto: string;
        readonly connection: string;
        readonly path: readonly string[];
        /** Name-addr of the sender, without tag. */
        readonly sender: string;
        /** Name-addr of the one it is for. */
        readonly receiver: string;
        readonly contentType: string;
        /** Each byte one character. */
        readonly content: string;
        /** Already reduced by one. */
        readonly maxForwards: number;
      },
      { readonly status: number; readonly phrase: string } | Refusal
    >;
  }
}

/** Where are the phones of a user? */
export const userLocate = declareMessage({
  name: 'user.locate',
  kind: 'ask',
  summary: 'Asks for the phones of a user, by preference; unanswered means that nobody knows him.',
  sentBy: 'sip, for a MESSAGE',
  heardBy: 'registrar 100',
  sample: { username: 'bob' },
});

/** Send this text to that phone. */
export const sipDeliver = declareMessage({
  name: 'sip.deliver',
  kind: 'ask',
  summary: 'Brings a MESSAGE to one phone by the node that reaches it; the answer is the phone’s.',
  sentBy: 'sip',
  heardBy: 'cluster.deliver 50, sip 100',
  sample: {
    callto: 'cluster/node2/sip/sip:bob@198.51.100.9:5060',
    connection: 'udp;udp:192.0.2.2:5060;198.51.100.9:5060;0;k3x9',
    path: [],
    sender: '<sip:alice@example.com>',
    receiver: '<sip:bob@example.com>',
    contentType: 'text/plain',
    content: 'lunch?',
    maxForwards: 69,
  },
});
