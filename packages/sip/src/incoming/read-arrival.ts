import type { Extra } from '@tandem/engine';
import type { CallArrival, CallOffer, Identity } from '@tandem/messages';
import {
  formatNameAddr,
  isToken,
  keep,
  type NameAddr,
  parseAddresses,
  parseDeltaSeconds,
  type SipRequest,
  unescapeUri,
  type Uri,
  wireToText,
} from '@tandem/sip-stack';
import { readBody } from '../headers/body-parts.ts';
import { withoutParams } from '../headers/user-part.ts';
import { REPLACES_PARAM, readReplaces } from '../transfer/replaced-dialog.ts';
import type { TrunkLine } from '../trunk/trunk-line.ts';
import { readRemoteParty } from '../headers/remote-party.ts';
import { isClusterHeader, readOfferedHeaders } from '../headers/crossing-headers.ts';

/** What is known of a call beside its INVITE. */
export interface ArrivalView {
  readonly address: string;
  readonly listener: string;
  readonly username: string;
  /** A configured peer, on a cluster listener. */
  readonly isPeer: boolean;
  /** What it says of the caller's identity is believed. */
  readonly isTrusted: boolean;
  /** The registration of ours that the call came by. */
  readonly line?: Pick<TrunkLine, 'trunk' | 'user'> | undefined;
  readonly crossingKeys: ReadonlySet<string>;
  /** The caller gets one early dialog for all, which rules reliable answers out (RFC 3262 §5). */
  readonly isEarlySingle: boolean;
  /** Hears how many cluster headers of a stranger were left out. */
  onStripped(): void;
}

const MAX_FORWARDS_DEFAULT = 70;
const HOPS_HEADER = 'x-hops';
const HOPS_MAX = 9;
const ADDRESSES_MAX = 5;
const EXTRA_MAX = 32;
const VALUE_CHARS_MAX = 1_024;
const EXPIRES_SECONDS_MAX = 86_400;

/** An INVITE as the switch takes it; every text is copied out of the datagram. */
export function readArrival(request: SipRequest, view: ArrivalView): CallArrival {
  const { requestUri, from } = request;
  const expires = parseDeltaSeconds(request.get('Expires') ?? '');
  return {
    caller: userOf(from.uri),
    callername: keep(wireToText(from.displayName)),
    called: userOf(calledInTo(request, view)?.uri ?? requestUri),
    username: view.username,
    domain: requestUri?.kind === 'sip' ? keep(requestUri.host) : '',
    address: view.address,
    listener: view.listener,
    isPeer: view.isPeer,
    hops: view.isPeer ? hopsOf(request) : 0,
    expiresMs: expires === undefined ? undefined : Math.min(expires, EXPIRES_SECONDS_MAX) * 1_000,
    offer: readOffer(request, view),
    extra: readExtra(request, view),
    facts: view.line === undefined ? undefined : { line: view.line.trunk },
  };
}

// A registrar that calls our contact by its name says in To which number was dialled.
function calledInTo({ requestUri, to }: SipRequest, { line }: ArrivalView): NameAddr | undefined {
  const isOwn = line !== undefined && requestUri?.kind === 'sip' && requestUri.user === line.user;
  return isOwn ? to : undefined;
}

function readOffer(request: SipRequest, view: ArrivalView): CallOffer {
  const forwards = parseDeltaSeconds(request.get('Max-Forwards') ?? '') ?? MAX_FORWARDS_DEFAULT;
  const accept = request.get('Accept');
  const require = request.list('Require');
  const isHidden = view.isEarlySingle && !require.some(is100rel);
  const supported = request.list('Supported').filter((name) => !isHidden || !is100rel(name));
  return {
    body: readBody(request),
    headers: readOfferedHeaders(request, view.crossingKeys),
    identity: readIdentity(request, view),
    diversion: view.isTrusted ? readDiversion(request) : [],
    allow: request.list('Allow').map(keep),
    supported: supported.map(keep),
    require: require.map(keep),
    accept: accept === undefined ? undefined : keep(accept),
    maxForwards: Math.min(forwards, MAX_FORWARDS_DEFAULT) - 1,
    calledUri: keep(calledInTo(request, view)?.uriText ?? request.uri),
    callerUri: keep(request.from.uriText),
  };
}

// Told apart again by the index that every entry of History-Info has (RFC 7044 §5).
function readDiversion({ headers }: SipRequest): string[] {
  return [
    ...texts(parseAddresses(headers, 'Diversion', ADDRESSES_MAX)),
    ...texts(parseAddresses(headers, 'History-Info', ADDRESSES_MAX)),
  ];
}

// Only one of the trust domain vouches for others; a user may prefer a number that is his own.
function readIdentity(request: SipRequest, view: ArrivalView): Identity {
  const { isTrusted, username } = view;
  const vouched = isTrusted
    ? texts(parseAddresses(request.headers, 'P-Asserted-Identity', ADDRESSES_MAX))
    : [];
  // The header from before counts only where the one that replaced it is not there.
  const remote = isTrusted && vouched.length === 0 ? readRemoteParty(request.headers) : undefined;
  const asserted = remote === undefined ? vouched : [remote.address];
  const privacy = request.get('Privacy') ?? (remote?.isWithheld === true ? 'id' : undefined);
  const preferred = ownIdentity(request, username, privacy !== undefined);
  return {
    asserted,
    preferred,
    privacy: privacy === undefined ? undefined : keep(privacy),
    isTrusted,
  };
}

/**
 * The number that a user who proved who he is goes by: the one he prefers, if it is his. Who
 * withholds it and prefers none goes by his From, which those who may not know it do not get.
 */
function ownIdentity(
  { headers, from }: SipRequest,
  username: string,
  isWithheld: boolean,
): string | undefined {
  if (username === '') return undefined;
  const [preferred] = parseAddresses(headers, 'P-Preferred-Identity', 1);
  if (preferred !== undefined && userOf(preferred.uri) === username) return keep(preferred.text);
  if (!isWithheld || userOf(from.uri) !== username) return undefined;
  return keep(formatNameAddr(from.displayName, from.uriText));
}

/** Headers as params `sip_<name>`: the cluster's family from peers alone, others if they may cross. */
function readExtra(request: SipRequest, view: ArrivalView): Extra[] {
  const extra: Extra[] = [];
  let isStripped = false;
  request.headers.forEach((key, _, value) => {
    const isCluster = isClusterHeader(key);
    if (isCluster && !view.isPeer) isStripped = true;
    else if (isCluster || view.crossingKeys.has(key)) {
      const isFit = extra.length < EXTRA_MAX && value.length <= VALUE_CHARS_MAX && isToken(key);
      if (isFit) extra.push([`sip_${key}`, keep(wireToText(value))]);
    }
  });
  if (isStripped) view.onStripped();
  const replaces = readReplaces(request);
  if (typeof replaces === 'string') extra.push([REPLACES_PARAM, keep(replaces)]);
  return extra;
}

// A peer that counts no hops is one all the same.
function hopsOf(request: SipRequest): number {
  const stated = parseDeltaSeconds(request.get(HOPS_HEADER) ?? '') ?? 1;
  return Math.min(Math.max(stated, 1), HOPS_MAX);
}

/** The number or name in a URI, escapes undone and without parameters in the user part. */
export function userOf(uri: Uri | undefined): string {
  if (uri === undefined || uri.kind === 'other') return '';
  if (uri.kind === 'tel') return keep(uri.digits);
  const user = withoutParams(uri.user ?? '');
  return keep(wireToText(unescapeUri(user) ?? user));
}

function is100rel(name: string): boolean {
  return name.toLowerCase() === '100rel';
}

function texts(addresses: readonly NameAddr[]): string[] {
  return addresses.map(({ text }) => keep(text));
}
