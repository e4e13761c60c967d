import type { Bus, ParamsOf } from '@tandem/engine';
import { isRefusal, type Refusal, refuse, type UserCredentials } from '@tandem/messages';
import {
  type DigestServer,
  findCredentials,
  type Flow,
  type HeaderLine,
  type SipRequest,
  type StoredHashes,
} from '@tandem/sip-stack';
import type { SipCounters } from '../sip-counters.ts';

/** Who sent a request, or what it takes to find out. */
export type Authentication =
  | { readonly kind: 'user'; readonly username: string }
  | { readonly kind: 'challenge'; readonly headers: readonly HeaderLine[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** What is asked about a user. */
type UserQuestion = Pick<
  ParamsOf<'user.auth'>,
  'username' | 'method' | 'address' | 'isFresh' | 'trunk'
>;

/** Who needs no password, for his address is known. */
export interface Vouched {
  readonly username: string;
  /** What he says of callers' identities is believed. */
  readonly isTrusted: boolean;
}

/** What an authenticator is made of. */
export interface AuthenticatorParts {
  readonly bus: Bus;
  readonly digest: DigestServer;
  readonly counters: SipCounters;
  /** One per cluster. */
  readonly realm: string;
  /** Hears of a wrong password, or a user that nobody knows: it counts against its address. */
  onWrongPassword(flow: Flow): void;
}

/**
 * Digest for requests that come in (RFC 3261 §22.1). Who knows the users answers `user.auth` with
 * hashes; an unknown user costs the same work and gets the same answer as a wrong password.
 */
export class Authenticator {
  readonly #parts: AuthenticatorParts;
  /** Who the door found to be known, for the request that it let in. */
  #vouched: { request: SipRequest; address: string; vouched: Vouched } | undefined = undefined;

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts;
  }

  /**
   * A fresh challenge, as the header lines of a 401: in the order of the conf, since many phones
   * read the first line only. Those in browsers read the last one (JsSIP), and know MD5.
   */
  challenge(flow: Flow, isStale = false): HeaderLine[] {
    const { digest, realm } = this.#parts;
    const values = digest.challenges(realm, isStale);
    const isWeb = flow.transport === 'ws' || flow.transport === 'wss';
    const ordered = isWeb ? values.toSorted((a, b) => Number(isMd5(a)) - Number(isMd5(b))) : values;
    return ordered.map((value): HeaderLine => ['WWW-Authenticate', value]);
  }

  /** Finds out who sent a request. Never rejects. */
  async identify(request: SipRequest, flow: Flow, address: string): Promise<Authentication> {
    const { digest, realm, counters } = this.#parts;
    const credentials =
      findCredentials(request.getAll('Authorization'), realm) ??
      findCredentials(request.getAll('Proxy-Authorization'), realm);
    if (credentials === undefined) return { kind: 'challenge', headers: this.challenge(flow) };
    const early = digest.precheck(credentials, request);
    if (early?.kind === 'refused') {
      counters.count('authRefused', early.reason);
      return { kind: 'challenge', headers: this.challenge(flow, early.isStale) };
    }
    const { username } = credentials;
    const ask: UserQuestion = { username, method: request.method, address };
    let known = await this.#ask(ask);
    if (isRefusal(known) && !isAboutUser(known)) return { kind: 'refused', refusal: known };
    let verdict = digest.verify(credentials, request, hashesOf(known, realm));
    // His password may be newer than what is remembered of him.
    if (isRemembered(known) && verdict.kind === 'refused' && verdict.reason === 'password') {
      known = await this.#ask({ ...ask, isFresh: true });
      if (isRefusal(known) && !isAboutUser(known)) return { kind: 'refused', refusal: known };
      verdict = digest.verify(credentials, request, hashesOf(known, realm));
    }
    if (verdict.kind === 'accepted') return { kind: 'user', username };
    counters.count('authRefused', verdict.reason);
    if (verdict.reason === 'password') this.#parts.onWrongPassword(flow);
    return { kind: 'challenge', headers: this.challenge(flow, verdict.isStale) };
  }

  /**
   * Whether somebody vouches for the address alone, as a trunk by its source: an answer to
   * `user.auth` without a user name and without hashes. Undefined: a stranger. A fault is none.
   */
  async recognise(request: SipRequest, address: string): Promise<Vouched | undefined> {
    const { method } = request;
    const known = this.#vouched;
    this.#vouched = undefined;
    if (known?.request === request && known.address === address) return known.vouched;
    return vouchedFor(await this.#ask({ username: '', method, address }));
  }

  /**
   * As {@link recognise}, where it can be said at once. Who is known is remembered for this very
   * request: a trunk's call is asked for once.
   */
  recogniseAtOnce(request: SipRequest, address: string): 'known' | 'stranger' | 'later' {
    const known = this.#askAtOnce(request.method, address);
    if (known === 'later') return known;
    const vouched = vouchedFor(known);
    this.#vouched = vouched && { request, address, vouched };
    return vouched === undefined ? 'stranger' : 'known';
  }

  /** Whether somebody vouches for what comes by the registration of a trunk. A fault is none. */
  async recogniseTrunk(
    trunk: string,
    method: string,
    address: string,
  ): Promise<Vouched | undefined> {
    return vouchedFor(await this.#ask({ username: '', method, address, trunk }));
  }

  /** As {@link recognise}, where the answer must be there now; one that takes time counts as none. */
  isRecognisedAtOnce(method: string, address: string): boolean {
    const known = this.#askAtOnce(method, address);
    return known !== 'later' && vouchedFor(known) !== undefined;
  }

  #askAtOnce(method: string, address: string): UserCredentials | Refusal | undefined | 'later' {
    const { bus, realm } = this.#parts;
    try {
      const params = { protocol: 'sip', username: '', realm, method, address };
      const known = bus.ask('user.auth', params);
      if (!(known instanceof Promise)) return known;
      known.catch(() => undefined);
    } catch {
      // Who cannot be looked up now is asked for where there is time.
    }
    return 'later';
  }

  async #ask(question: UserQuestion): Promise<UserCredentials | Refusal | undefined> {
    const { bus, realm } = this.#parts;
    try {
      return await bus.ask('user.auth', { protocol: 'sip', realm, ...question });
    } catch {
      // The bus has logged it. Who cannot be looked up is not let in.
      return refuse('failure', 'user.auth failed');
    }
  }
}

function vouchedFor(known: UserCredentials | Refusal | undefined): Vouched | undefined {
  if (known === undefined || isRefusal(known)) return undefined;
  if (known.ha1Md5 !== '' || known.ha1Sha256 !== '') return undefined;
  return { username: known.username, isTrusted: known.isTrusted === true };
}

function isMd5(challenge: string): boolean {
  return challenge.includes('algorithm=MD5');
}

// What is said of the user himself is never told apart from "unknown".
function isAboutUser({ refused }: Refusal): boolean {
  return refused === 'noauth' || refused === 'forbidden' || refused === 'offline';
}

function isRemembered(known: UserCredentials | Refusal | undefined): boolean {
  return known !== undefined && !isRefusal(known) && known.isRemembered === true;
}

function hashesOf(
  known: UserCredentials | Refusal | undefined,
  realm: string,
): StoredHashes | undefined {
  if (known === undefined || isRefusal(known) || known.realm !== realm) return undefined;
  return { MD5: known.ha1Md5 || undefined, 'SHA-256': known.ha1Sha256 || undefined };
}
