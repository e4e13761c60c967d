import type { HandoverBranch } from '@tandem/messages';

declare module '@tandem/engine' {
  interface CallFacts {
    /** This call was handed over by a sister, and is not judged again; stays here. */
    handedOver?: { readonly node: string; readonly branch?: HandoverBranch };
  }
}

/** Names of the headers by which nodes hand calls to each other, as params of an incoming call. */
export const handoverParams = {
  callto: 'sip_x-callto',
  billid: 'sip_x-billid',
  nodename: 'sip_x-nodename',
  username: 'sip_x-username',
  /** The flow of the phone; only between nodes of this kind. */
  connection: 'sip_x-connection',
  /** One step of the phone's Path; may repeat. */
  path: 'sip_x-path',
} as const;

/** The same as params of an outgoing call: `osip_` makes headers of them (as in Yate). */
export const outgoingHandoverParams = {
  callto: 'osip_x-callto',
  billid: 'osip_x-billid',
  nodename: 'osip_x-nodename',
  username: 'osip_x-username',
} as const;

/** Nodes that a call may pass: its own, the owner's, and one more after a move. */
export const HOPS_MAX = 2;
