import { formatSipUri, parseUri } from '@tandem/sip-stack';
import type { Destination } from './destination.ts';
import type { NumberForm } from './number-form.ts';

/** Whom a branch calls, as its INVITE says it. */
export interface CalledUri {
  /** Request-URI. */
  readonly uri: string;
  /** The same without what only says how to get there: To. */
  readonly to: string;
}

/**
 * Request-URI and To in the peer's form of numbers. Parameters that came in the user part of the
 * number (`rn`, `npdi`, `cic`, …) go on with it, unless another number is called now.
 */
export function calledUri(
  { uri, parsed }: Destination,
  original: string | undefined,
  numbers: NumberForm | undefined,
): CalledUri {
  const { scheme, host, port } = parsed;
  const asCame = withParams(parsed.user, original);
  const user = asCame === undefined ? undefined : (numbers?.write(asCame) ?? asCame);
  const bare = formatSipUri({ scheme, user, host, port });
  const isPhone = numbers?.isTel === true && user?.startsWith('+') === true;
  const to = isPhone ? `tel:${user}` : bare;
  if (user === parsed.user && !isPhone) return { uri, to };
  const phone = isPhone && !parsed.params.has('user') ? ';user=phone' : '';
  return { uri: bare + parsed.paramsText + phone, to };
}

function withParams(user: string | undefined, original: string | undefined): string | undefined {
  if (user === undefined || user.includes(';') || original === undefined) return user;
  const came = parseUri(original);
  // What is a parameter of a tel URI stands behind the number in the user part of a SIP URI
  // (RFC 3261 §19.1.6).
  const telUser = came?.kind === 'tel' ? came.digits + came.params.text : undefined;
  const full = came?.kind === 'sip' ? came.user : telUser;
  const semicolon = full?.indexOf(';') ?? -1;
  if (full === undefined || semicolon < 0) return user;
  return digitsOf(full.slice(0, semicolon)) === digitsOf(user)
    ? user + full.slice(semicolon)
    : user;
}

// What routing leaves out of a number: it is the same one without.
function digitsOf(user: string): string {
  return user.replace(/^(?:\+|00)/, '');
}
