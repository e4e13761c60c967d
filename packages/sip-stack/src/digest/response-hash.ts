import { textToWire } from '../wire/wire-text.ts';
import { type DigestAlgorithm, digestHex, type NamedAlgorithm } from './algorithm.ts';

/** What a digest response is computed from, raw as it stands on the wire (RFC 7616 §3.4). */
export interface ResponseInput {
  /** Hex of H(username:realm:password). */
  readonly ha1: string;
  readonly named: NamedAlgorithm;
  readonly method: string;
  /** The uri parameter of the credentials, as written. */
  readonly uri: string;
  readonly nonce: string;
  /** Undefined: the form of RFC 2069, without counter and client nonce. */
  readonly qop: 'auth' | 'auth-int' | undefined;
  readonly nc: string;
  readonly cnonce: string;
  /** Body as latin1 characters; counts for auth-int only. */
  readonly body: string;
}

/** Hex of H(username:realm:password) over UTF-8: what a registrar stores instead of a password. */
export function hashCredentials(
  algorithm: DigestAlgorithm,
  username: string,
  realm: string,
  password: string,
): string {
  return digestHex(algorithm, textToWire(`${username}:${realm}:${password}`));
}

/** The response parameter that proves knowledge of HA1: lower-case hex. */
export function responseHash(input: ResponseInput): string {
  const { named, nonce, cnonce, qop } = input;
  const hash = (text: string): string => digestHex(named.algorithm, text);
  const ha1 = named.isSession ? hash(`${input.ha1}:${nonce}:${cnonce}`) : input.ha1;
  const tail = qop === 'auth-int' ? `:${hash(input.body)}` : '';
  const ha2 = hash(`${input.method}:${input.uri}${tail}`);
  return qop === undefined
    ? hash(`${ha1}:${nonce}:${ha2}`)
    : hash(`${ha1}:${nonce}:${input.nc}:${cnonce}:${qop}:${ha2}`);
}
