import type { Ask } from '@tandem/engine';
import { declareMessage } from '../declaration.ts';
import type { Refusal } from '../refusal.ts';

/** Hashes of a user's password, by digest algorithm; never the password. */
export interface UserCredentials {
  readonly username: string;
  readonly realm: string;
  /** H(A1) of RFC 7616, hex, by MD5. */
  readonly ha1Md5: string;
  /** The same by SHA-256. */
  readonly ha1Sha256: string;
  /** Vouched for by its address: what it says of callers' identities is believed (RFC 3325 §4). */
  readonly isTrusted?: boolean;
  /** They were read a while ago: before a password is said to be wrong, ask with `isFresh`. */
  readonly isRemembered?: boolean;
}

/** Where one contact of a user is to be stored. */
export interface ContactBinding {
  /** Resource name: `sip/sip:bob@192.0.2.7:5060`, with the node's prefix once the cluster saw it. */
  readonly data: string;
  /** The Contact URI as the phone gave it. */
  readonly contact: string;
  /** 0 removes the binding. */
  readonly expiresSeconds: number;
  /** Preference 0–1; equal ones ring together. */
  readonly q: number;
  /** +sip.instance (RFC 5626), or empty: then the contact URI is the key. */
  readonly instance: string;
  readonly regId: string;
  /** How the phone is reached: the flow as its driver writes it. */
  readonly connection: string;
  readonly path: readonly string[];
}

/** A REGISTER that was authenticated. */
export interface RegisterParams {
  readonly username: string;
  readonly driver: string;
  /** All contacts of the request: stored together or not at all. Empty: a query. */
  readonly contacts: readonly ContactBinding[];
  /** `Contact: *` with Expires 0: everything goes. */
  readonly isWipe: boolean;
  /** A newer Call-ID or CSeq wins over an older one. */
  readonly callId: string;
  readonly cseq: number;
  /** This node, and this boot of it. */
  readonly nodename: string;
  readonly boot: string;
  readonly address: string;
  readonly userAgent: string;
}

/** A contact as it stands after a REGISTER: what the 200 lists. */
export interface RegisteredContact {
  readonly contact: string;
  readonly expiresSeconds: number;
  readonly q: number;
  readonly instance: string;
  readonly regId: string;
}

declare module '@tandem/engine' {
  interface MessageMap {
    'user.auth': Ask<
      {
        readonly protocol: string;
        readonly username: string;
        readonly realm: string;
        readonly method: string;
        readonly address: string;
        /** What is remembered will not do: the password given does not fit it. */
        readonly isFresh?: boolean;
        /** It came by the registration of that trunk, which vouches for it as an address does. */
        readonly trunk?: string;
      },
      UserCredentials | Refusal
    >;
    'user.register': Ask<
      RegisterParams,
      { readonly contacts: readonly RegisteredContact[] } | Refusal
    >;
    'user.unregister': Ask<
      {
        /** Empty: whoever has that connection. */
        readonly username: string;
        /** Empty: all of this boot. */
        readonly connection: string;
        readonly nodename: string;
        readonly boot: string;
        readonly reason: 'expired' | 'flow-closed' | 'node-end' | 'operator';
      },
      { readonly removed: number } | Refusal
    >;
  }
}

/** What is this user's secret? */
export const userAuth = declareMessage({
  name: 'user.auth',
  kind: 'ask',
  summary: 'Asks for the hashes by which a user is known; unanswered means unknown.',
  sentBy: 'sip',
  heardBy: 'registrar 100',
  sample: {
    protocol: 'sip',
    username: 'alice',
    realm: 'tandem',
    method: 'REGISTER',
    address: '192.0.2.7:5060',
  },
});

/** Store where a user is. */
export const userRegister = declareMessage({
  name: 'user.register',
  kind: 'ask',
  summary: "Stores a user's contacts, all or none; the answer lists all that he has.",
  sentBy: 'sip, for an authenticated REGISTER',
  heardBy: 'cluster.prefix 50, registrar 100',
  sample: {
    username: 'bob',
    driver: 'sip',
    contacts: [
      {
        data: 'sip/sip:bob@192.0.2.7:5060',
        contact: 'sip:bob@192.0.2.7:5060',
        expiresSeconds: 300,
        q: 1,
        instance: '',
        regId: '',
        connection: 'udp;192.0.2.1:5060;192.0.2.7:5060;k3x9',
        path: [],
      },
    ],
    isWipe: false,
    callId: '7f@192.0.2.7',
    cseq: 2,
    nodename: 'node1',
    boot: 'k3x9',
    address: '192.0.2.7:5060',
    userAgent: 'phone/1.0',
  },
});

/** Forget where a user is, without his having said so. */
export const userUnregister = declareMessage({
  name: 'user.unregister',
  kind: 'ask',
  summary: 'Removes bindings of one boot of a node: expired, flow closed, or the node ends.',
  sentBy: 'sip, node',
  heardBy: 'cluster.prefix 50, registrar 100',
  sample: {
    username: 'bob',
    connection: '',
    nodename: 'node1',
    boot: 'k3x9',
    reason: 'expired',
  },
});
