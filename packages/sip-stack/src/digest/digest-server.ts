import { timingSafeEqual } from 'node:crypto';

import { type DigestAlgorithm, digestHex, type NamedAlgorithm } from './algorithm.ts';
import { formatChallenge } from './challenge.ts';
import type { DigestCredentials } from './credentials.ts';
import { isSameTarget } from './digest-uri.ts';
import { NonceMint } from './nonce-mint.ts';
import { responseHash } from './response-hash.ts';
import { UsedNonces } from './used-nonces.ts';

/** What a digest server is made of. */
export interface DigestServerOptions {
  readonly node: string;
  /** Key of this node for its nonces, at least 16 bytes; shared with nobody. */
  readonly secret: Uint8Array;
  /** Random bytes from the system. */
  readonly random: (bytes: number) => Uint8Array;
  /** Wall time, epoch ms. */
  readonly now: () => number;
  /** How long a nonce may be used; default 300,000. */
  readonly nonceLifetimeMs?: number;
  /** Offered in this order; default SHA-256 and MD5 (RFC 8760 §2.3). */
  readonly algorithms?: readonly DigestAlgorithm[];
  /** Whether a client may answer without qop, as RFC 2069 did; its nonce then counts once. */
  readonly isQopOptional?: boolean;
  /** Nonces whose counters are kept; default 100,000. Beyond it phones are asked anew. */
  readonly noncesMax?: number;
}

/** The request that credentials are for. */
export interface ChallengedRequest {
  readonly method: string;
  /** Request-URI as it came. */
  readonly uri: string;
}

/** Stored hashes of one user and realm, lower-case hex, by algorithm; undefined: no such user. */
export type StoredHashes = Readonly<Partial<Record<DigestAlgorithm, string | undefined>>>;

/** Why credentials were not taken; a label for counters, never shown to the peer. */
export type DigestRefusal =
  | 'algorithm'
  | 'qop'
  | 'uri'
  | 'nonce-forged'
  | 'nonce-foreign'
  | 'nonce-expired'
  | 'password'
  | 'replayed';

/** The verdict on credentials; a refusal says whether the next challenge carries `stale=true`. */
export type DigestVerdict =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly reason: DigestRefusal; readonly isStale: boolean };

/**
 * The asking side of digest (RFC 3261 §22.1, RFC 7616, RFC 8760). One for each node: nonces are
 * its own, and another node's get `stale=true` with one of ours. Counters are kept, so a request
 * seen on the wire passes nowhere a second time. Only for requests that are no retransmissions.
 */
export class DigestServer {
  readonly #mint: NonceMint;
  readonly #used: UsedNonces;
  readonly #algorithms: readonly DigestAlgorithm[];
  readonly #isQopOptional: boolean;

  constructor(options: DigestServerOptions) {
    const nonceLifetimeMs = options.nonceLifetimeMs ?? 300_000;
    this.#mint = new NonceMint({ ...options, nonceLifetimeMs });
    this.#used = new UsedNonces(options.noncesMax ?? 100_000, nonceLifetimeMs, options.now);
    this.#algorithms = options.algorithms ?? ['SHA-256', 'MD5'];
    this.#isQopOptional = options.isQopOptional ?? false;
  }

  /** Nonces whose counters are remembered, for a gauge. */
  get usedNonces(): number {
    return this.#used.size;
  }

  /** Values of WWW-Authenticate or Proxy-Authenticate, one header line each, strongest first. */
  challenges(realm: string, isStale = false): string[] {
    const nonce = this.#mint.mint();
    return this.#algorithms.map((algorithm) => formatChallenge(realm, nonce, algorithm, isStale));
  }

  /**
   * What can be said before anyone looks up the user: a refusal, or undefined to go on. It keeps
   * scanners with made-up nonces away from the database, and never depends on who they ask for.
   */
  precheck(credentials: DigestCredentials, request: ChallengedRequest): DigestVerdict | undefined {
    const found = this.#inspect(credentials, request);
    return found.kind === 'refused' ? found : undefined;
  }

  /**
   * The verdict on credentials. `hashes` of an unknown user are undefined: the same work is done
   * and the same refusal comes. The counter is marked only for a right password, so nobody can
   * burn another's.
   */
  verify(
    credentials: DigestCredentials,
    request: ChallengedRequest,
    hashes: StoredHashes | undefined,
  ): DigestVerdict {
    const found = this.#inspect(credentials, request);
    if (found.kind === 'refused') return found;
    const { nonce, nc, cnonce, uri } = credentials;
    const { algorithm } = found.named;
    const ha1 = hashes?.[algorithm];
    const expected = responseHash({
      ha1: ha1 ?? digestHex(algorithm, nonce),
      named: found.named,
      method: request.method,
      uri,
      nonce,
      qop: credentials.qop === undefined ? undefined : 'auth',
      nc,
      cnonce,
      body: '',
    });
    const isRight = isEqualHex(expected, credentials.response);
    if (!isRight || ha1 === undefined) return refused('password', false);
    // Without qop there is no counter: such a nonce is good for one request.
    const counter = credentials.qop === undefined ? ONLY_USE : parseInt(nc, 16);
    const use = this.#used.use(nonce, found.mintedAt, counter);
    if (use === 'used') return { kind: 'accepted' };
    return refused(use === 'repeated' ? 'replayed' : 'nonce-expired', true);
  }

  /** Forgets nonces that no longer count; worth calling each minute, needed for nothing. */
  sweep(): void {
    this.#used.sweep();
  }

  #inspect(credentials: DigestCredentials, request: ChallengedRequest): Inspection {
    const { named, qop } = credentials;
    if (named === undefined || named.isSession || !this.#algorithms.includes(named.algorithm)) {
      return refused('algorithm', false);
    }
    if (qop === undefined ? !this.#isQopOptional : qop !== 'auth') return refused('qop', false);
    if (!isSameTarget(credentials.uri, request.uri)) return refused('uri', false);
    const standing = this.#mint.examine(credentials.nonce);
    if (standing.kind === 'fresh') return { kind: 'fresh', named, mintedAt: standing.mintedAt };
    // A forged nonce tells nothing about who sent it, so it is not called merely old.
    return refused(`nonce-${standing.kind}`, standing.kind !== 'forged');
  }
}

type Refused = Extract<DigestVerdict, { kind: 'refused' }>;

type Inspection =
  | Refused
  | { readonly kind: 'fresh'; readonly named: NamedAlgorithm; readonly mintedAt: number };

// Highest counter there is: after it every other of that nonce is too far behind or used.
const ONLY_USE = 0xff_ff_ff_ff;

function refused(reason: DigestRefusal, isStale: boolean): Refused {
  return { kind: 'refused', reason, isStale };
}

function isEqualHex(expected: string, given: string): boolean {
  const a = Buffer.from(expected, 'latin1');
  const b = Buffer.from(given, 'latin1');
  return a.length === b.length && timingSafeEqual(a, b);
}
