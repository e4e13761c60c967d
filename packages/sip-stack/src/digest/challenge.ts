import { quote } from '../wire/quoted-string.ts';
import { textToWire } from '../wire/wire-text.ts';
import { type NamedAlgorithm, parseAlgorithm } from './algorithm.ts';
import { authParam, type AuthValue, hashedParam, parseAuthValues } from './auth-params.ts';

/** A demand for digest credentials (RFC 7616 §3.3). */
export interface DigestChallenge {
  readonly realm: string;
  /** The realm as written between its quotes, to be sent back unchanged. */
  readonly realmText: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly named: NamedAlgorithm;
  /** The algorithm's name as written, to be sent back; undefined where none was given. */
  readonly algorithmText: string | undefined;
  /** Offered qualities in lower case; empty for the form of RFC 2069. */
  readonly qop: readonly string[];
  /** The password was right and only the nonce too old. */
  readonly isStale: boolean;
}

/** The digest challenges in values of WWW-Authenticate or Proxy-Authenticate; others are skipped. */
export function parseChallenges(values: readonly string[]): DigestChallenge[] {
  const challenges: DigestChallenge[] = [];
  for (const value of values.slice(0, 8).flatMap(parseAuthValues)) {
    const challenge = toChallenge(value);
    if (challenge !== undefined) challenges.push(challenge);
  }
  return challenges;
}

/** Writes a challenge with qop=auth (RFC 7616 §3.3). */
export function formatChallenge(
  realm: string,
  nonce: string,
  algorithm: string,
  isStale: boolean,
): string {
  const stale = isStale ? ', stale=true' : '';
  return `Digest realm=${quote(textToWire(realm))}, nonce="${nonce}", algorithm=${algorithm}, qop="auth"${stale}`;
}

function toChallenge(value: AuthValue): DigestChallenge | undefined {
  const realm = authParam(value, 'realm');
  const realmText = hashedParam(value, 'realm');
  const nonce = hashedParam(value, 'nonce');
  const algorithmText = authParam(value, 'algorithm');
  const named = parseAlgorithm(algorithmText);
  if (value.scheme !== 'digest' || realm === undefined || realmText === undefined) return undefined;
  if (nonce === undefined || named === undefined) return undefined;
  const qop = (authParam(value, 'qop') ?? '').toLowerCase().split(/[ \t,]+/);
  return {
    realm,
    realmText,
    nonce,
    opaque: hashedParam(value, 'opaque'),
    named,
    algorithmText,
    qop: qop.filter((quality) => quality !== ''),
    isStale: authParam(value, 'stale')?.toLowerCase() === 'true',
  };
}
