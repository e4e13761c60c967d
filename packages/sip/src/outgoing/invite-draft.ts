import type { Extra } from '@tandem/engine';
import type { ExecuteParams } from '@tandem/messages';
import {
  type HeaderLine,
  headerKey,
  isStructuralHeader,
  isToken,
  type OutgoingInviteOptions,
  textToWire,
} from '@tandem/sip-stack';
import { allowTowards } from '../capabilities.ts';
import { bodyHeaders, toSipBody } from '../headers/body-parts.ts';
import { isClusterHeader, isRevealing, mayCross } from '../headers/crossing-headers.ts';
import type { LegHost } from '../leg/leg-host.ts';
import { calledUri } from './called-uri.ts';
import type { Destination } from './destination.ts';
import { areHeadersWithheld, identityLines } from './identity-lines.ts';
import type { TrunkOptions } from './trunk-options.ts';

const EXTRA_PREFIX = 'osip_';
const EXTRA_LINES_MAX = 32;
const EXTRA_CHARS_MAX = 1_024;

/** What an INVITE of ours is made from. */
export interface InviteDraft {
  readonly params: ExecuteParams;
  readonly extra: readonly Extra[];
  readonly destination: Destination;
  /** The destination is a peer of our own cluster: it gets the cluster's headers. */
  readonly isPeer: boolean;
  readonly trunk: TrunkOptions;
}

/** The INVITE of one branch, but for credentials and session timer. */
export function draftInvite(
  { params, extra, destination, isPeer, trunk }: InviteDraft,
  host: LegHost,
): OutgoingInviteOptions & { readonly headers: readonly HeaderLine[] } {
  const { offer } = params;
  const isTrusted = isPeer || trunk.isTrusted;
  const hostDefault = host.stack.listeners[0]?.advertisedHost ?? 'localhost';
  const isTrunk = params.driverOptions !== undefined && !isPeer;
  const identity = identityLines({
    caller: params.caller,
    callername: params.callername,
    offer,
    isTrusted,
    numbers: trunk.numbers,
    identity: trunk.identity,
    hostShown: isTrunk ? (trunk.fromDomain ?? (params.domain || hostDefault)) : undefined,
    hostDefault,
  });
  const own = extraLines(extra, isPeer);
  if (isPeer) own.push(['x-hops', String(params.hops + 1)]);
  const crossing = crossingLines(params, own, { host, isPeer, isTrusted, trunk });
  const called = calledUri(destination, isTrunk ? offer.calledUri : undefined, trunk.numbers);
  const headers: HeaderLine[] = [
    ...own,
    allowTowards(offer.allow),
    ...identity.headers,
    ...crossing,
    ...requireLines(params),
    ...bodyHeaders(offer.body),
  ];
  if (offer.accept !== undefined) headers.push(['Accept', offer.accept]);
  return {
    uri: called.uri,
    from: identity.from,
    to: `<${called.to}>`,
    routes: destination.routes,
    maxForwards: offer.maxForwards,
    path: destination.path,
    headers,
    ...toSipBody(offer.body),
  };
}

/**
 * Extra params `osip_<name>` as headers: Yate's way to send one. The cluster's family goes to
 * peers only, the machinery of SIP nowhere, and no value can make a line of its own.
 */
function extraLines(extra: readonly Extra[], isPeer: boolean): HeaderLine[] {
  const lines: HeaderLine[] = [];
  for (const [key, value] of extra) {
    if (!key.startsWith(EXTRA_PREFIX) || lines.length >= EXTRA_LINES_MAX) continue;
    const name = key.slice(EXTRA_PREFIX.length);
    if (!isToken(name) || isStructuralHeader(name) || value.length > EXTRA_CHARS_MAX) continue;
    if (isClusterHeader(name) && !isPeer) continue;
    lines.push([name, textToWire(value)]);
  }
  return lines;
}

interface CrossingView {
  readonly host: LegHost;
  readonly isPeer: boolean;
  readonly isTrusted: boolean;
  readonly trunk: TrunkOptions;
}

function crossingLines(
  params: ExecuteParams,
  own: readonly HeaderLine[],
  { host, isPeer, isTrusted, trunk }: CrossingView,
): readonly HeaderLine[] {
  const { offer } = params;
  const taken = new Set(own.map(([name]) => headerKey(name)));
  const isHidden = !isTrusted && areHeadersWithheld(offer);
  return offer.headers.filter(([name]) => {
    const key = headerKey(name);
    if (taken.has(key) || isStructuralCrossing(key) || isClusterHeader(key)) return false;
    if (isHidden && isRevealing(key)) return false;
    // A sister picks out herself what her trunks may have.
    const isMeant = isPeer || mayCross(key, host.crossingKeys) || trunk.allowedKeys.includes(key);
    // A signature over the numbers means nothing once one of them was changed (RFC 8224 §4.1).
    return isMeant && (key !== 'identity' || offer.calledUri?.includes(params.called) === true);
  });
}

// Content-Encoding travels with its body; everything else of the machinery stays behind.
function isStructuralCrossing(key: string): boolean {
  return key !== 'content-encoding' && isStructuralHeader(key);
}

function requireLines({ offer }: ExecuteParams): HeaderLine[] {
  const lines: HeaderLine[] = [];
  const has = (names: readonly string[], wanted: string): boolean =>
    names.some((name) => name.toLowerCase() === wanted);
  const supported = ['timer', 'replaces'];
  if (has(offer.supported, '100rel')) supported.unshift('100rel');
  if (has(offer.supported, '199')) supported.push('199');
  if (has(offer.require, '100rel')) lines.push(['Require', '100rel']);
  lines.push(['Supported', supported.join(', ')]);
  return lines;
}
