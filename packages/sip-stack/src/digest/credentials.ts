import { unescapeUri } from '../wire/uri-escape.ts';
import { wireToText } from '../wire/wire-text.ts';
import { type NamedAlgorithm, parseAlgorithm } from './algorithm.ts';
import { authParam, type AuthValue, hashedParam, parseAuthValues } from './auth-params.ts';

/** Header lines that are looked at; more of them are an attack. */
const LINES_MAX = 8;

/** The answer to a challenge as a request carries it (RFC 7616 §3.4). */
export interface DigestCredentials {
  /** Text, quotes and escapes undone. */
  readonly username: string;
  /** Text, quotes and escapes undone. */
  readonly realm: string;
  /** Raw, as it goes into the hash. */
  readonly nonce: string;
  /** The uri parameter, raw. */
  readonly uri: string;
  /** Lower-case hex. */
  readonly response: string;
  /** Undefined where the name is of no algorithm known here. */
  readonly named: NamedAlgorithm | undefined;
  /** Lower case; undefined for the form of RFC 2069. */
  readonly qop: string | undefined;
  /** The counter as written, eight hex digits; '' without qop. */
  readonly nc: string;
  readonly cnonce: string;
}

/**
 * The digest credentials for `realm` among values of Authorization or Proxy-Authorization;
 * undefined where there are none that can be read. Any other scheme counts as no credentials
 * (RFC 4475 §3.3.7). Realms are compared with regard to case.
 */
export function findCredentials(
  values: readonly string[],
  realm: string,
): DigestCredentials | undefined {
  for (let at = 0; at < values.length && at < LINES_MAX; at++) {
    for (const value of parseAuthValues(values[at]!)) {
      const credentials = toCredentials(value);
      if (credentials?.realm === realm) return credentials;
    }
  }
  return undefined;
}

function toCredentials(value: AuthValue): DigestCredentials | undefined {
  const username = readUsername(value);
  const realm = authParam(value, 'realm');
  const nonce = hashedParam(value, 'nonce');
  const uri = hashedParam(value, 'uri');
  const response = authParam(value, 'response')?.toLowerCase();
  if (value.scheme !== 'digest' || username === undefined || realm === undefined) return undefined;
  if (nonce === undefined || uri === undefined || response === undefined) return undefined;
  const qop = authParam(value, 'qop')?.toLowerCase();
  const nc = authParam(value, 'nc') ?? '';
  const cnonce = hashedParam(value, 'cnonce') ?? '';
  if (qop !== undefined && (!/^[0-9a-fA-F]{8}$/.test(nc) || cnonce === '')) return undefined;
  const named = parseAlgorithm(authParam(value, 'algorithm'));
  return {
    username: wireToText(username),
    realm: wireToText(realm),
    nonce,
    uri,
    response,
    named,
    qop,
    nc,
    cnonce,
  };
}

// Both names at once, or a hashed one, say two things about who this is.
function readUsername(value: AuthValue): string | undefined {
  if (authParam(value, 'userhash')?.toLowerCase() === 'true') return undefined;
  const plain = authParam(value, 'username');
  const extended = value.params.get('username*');
  if (extended === undefined) return plain;
  if (plain !== undefined) return undefined;
  const encoded = /^utf-8'[^']*'(.*)$/i.exec(extended)?.[1];
  return encoded === undefined ? undefined : unescapeUri(encoded);
}
