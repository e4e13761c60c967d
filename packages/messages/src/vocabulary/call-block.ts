import type { CallOffer } from '../leg.ts';

/** What every message about setting up a call says: Yate's words. */
export interface CallBlock {
  /** The incoming leg, Yate's channel id. */
  readonly id: string;
  /** Yate's module: `sip` or `nats`. */
  readonly module: string;
  /** The call's id over the whole cluster. */
  readonly billid: string;
  readonly caller: string;
  readonly callername: string;
  readonly called: string;
  /** The authenticated user, or empty. */
  readonly username: string;
  /** Host of the request URI. */
  readonly domain: string;
  /** Where the call came from, behind trusted proxies: `host:port`. */
  readonly address: string;
  /** Host part of `address`. */
  readonly ip_host: string;
  readonly listener: string;
  /** The caller is a sister node or a configured cluster peer. */
  readonly isPeer: boolean;
  /** Nodes passed already. */
  readonly hops: number;
}

/** A call block as it looks in real life, for samples. */
export const sampleCallBlock: CallBlock = {
  id: 'sip/node1-k3x9-17',
  module: 'sip',
  billid: 'node1-k3x9-17',
  caller: 'alice',
  callername: 'Alice',
  called: 'bob',
  username: 'alice',
  domain: 'example.com',
  address: '192.0.2.7:5060',
  ip_host: '192.0.2.7',
  listener: 'udp:192.0.2.1:5060',
  isPeer: false,
  hops: 0,
};

/** An offer as small as one can be, for samples. */
export const sampleOffer: CallOffer = {
  headers: [],
  identity: { asserted: [], isTrusted: false },
  diversion: [],
  allow: [],
  supported: [],
  require: [],
  maxForwards: 69,
};
