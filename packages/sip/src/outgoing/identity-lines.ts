import type { CallOffer } from '@tandem/messages';
import {
  escapeUriUser,
  formatNameAddr,
  formatSipUri,
  type HeaderLine,
  parsePrivacy,
  parseUri,
  textToWire,
} from '@tandem/sip-stack';
import { formatRemoteParty } from '../headers/remote-party.ts';
import { withoutParams } from '../headers/user-part.ts';
import { addressInForm, type NumberForm } from './number-form.ts';

/** Who is calling, as one peer is told. */
export interface IdentityLines {
  /** From without tag. */
  readonly from: string;
  readonly headers: readonly HeaderLine[];
}

/** The caller as the branch has it. */
export interface CallerView {
  readonly caller: string;
  readonly callername: string;
  readonly offer: CallOffer;
  /** Whether the peer belongs to the trust domain (RFC 3325 §4). */
  readonly isTrusted: boolean;
  /** The header in which a trusted peer is told who calls. */
  readonly identity: IdentityHeader;
  /** How the peer wants to see numbers; undefined: as they are. */
  readonly numbers: NumberForm | undefined;
  /**
   * Host of From in place of the caller's own, which is nobody's business but ours: where his
   * machines are is not told to a carrier. Undefined: as he wrote it.
   */
  readonly hostShown: string | undefined;
  /** Host of From where the caller's own is not known. */
  readonly hostDefault: string;
}

/** P-Asserted-Identity (RFC 3325), or Remote-Party-ID from before it. */
export type IdentityHeader = 'pai' | 'rpid';

const ENTRIES_MAX = 5;
const HISTORY_INDEX = />[^,]*;\s*index\s*=/i;
const ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>';

/**
 * From, P-Asserted-Identity, Privacy, Diversion and History-Info towards one peer (RFC 3323, RFC 3325): within
 * the trust domain all is told, outside of it a withheld number is withheld, and nobody is vouched for.
 */
export function identityLines(view: CallerView): IdentityLines {
  const { offer, isTrusted } = view;
  const { asserted, preferred, privacy } = offer.identity;
  const isWithheld = isIdentityWithheld(offer);
  const headers: HeaderLine[] = [];
  if (!isTrusted) {
    if (isWithheld) headers.push(['Privacy', 'id']);
    return { from: isWithheld ? ANONYMOUS : fromOf(view), headers };
  }
  const vouched = asserted.length > 0 ? asserted : preferred === undefined ? [] : [preferred];
  for (const value of vouched.slice(0, ENTRIES_MAX)) {
    const line = vouchedLine(inForm(value, view.numbers), view.identity, isWithheld);
    if (line !== undefined) headers.push(line);
    // One entry, for there is one calling party.
    if (view.identity === 'rpid') break;
  }
  if (privacy !== undefined) headers.push(['Privacy', privacy]);
  const isHistory = (value: string): boolean => HISTORY_INDEX.test(value);
  for (const value of offer.diversion.filter((entry) => !isHistory(entry)).slice(0, ENTRIES_MAX)) {
    headers.push(['Diversion', inForm(value, view.numbers)]);
  }
  for (const value of offer.diversion.filter(isHistory).slice(0, ENTRIES_MAX)) {
    headers.push(['History-Info', value]);
  }
  return { from: isWithheld ? ANONYMOUS : fromOf(view), headers };
}

function vouchedLine(
  value: string,
  identity: IdentityHeader,
  isWithheld: boolean,
): HeaderLine | undefined {
  if (identity === 'pai') return ['P-Asserted-Identity', value];
  const party = formatRemoteParty(value, isWithheld);
  return party === undefined ? undefined : ['Remote-Party-ID', party];
}

/** Whether the caller withholds who he is; `none` says that nothing is withheld (RFC 3323 §4.2). */
export function isIdentityWithheld({ identity: { privacy } }: CallOffer): boolean {
  const kinds = kindsOf(privacy);
  return !kinds.has('none') && ['id', 'user', 'header'].some((kind) => kinds.has(kind));
}

/** Whether headers that would tell of him are withheld too. */
export function areHeadersWithheld({ identity: { privacy } }: CallOffer): boolean {
  const kinds = kindsOf(privacy);
  return !kinds.has('none') && kinds.has('header');
}

function kindsOf(privacy: string | undefined): ReadonlySet<string> {
  return parsePrivacy(privacy === undefined ? [] : [privacy]);
}

function fromOf(view: CallerView): string {
  const from = fromAsItIs(view);
  return view.numbers === undefined ? from : addressInForm(from, view.numbers);
}

// The parameters of a header value, as of Diversion, stay behind it.
function inForm(value: string, numbers: NumberForm | undefined): string {
  if (numbers === undefined) return value;
  const close = value.indexOf('>');
  if (close < 0) return addressInForm(value, numbers);
  return addressInForm(value.slice(0, close + 1), numbers) + value.slice(close + 1);
}

function fromAsItIs(view: CallerView): string {
  const { caller, callername, offer, hostShown, hostDefault } = view;
  const uri = parseUri(offer.callerUri ?? '');
  const own = uri?.kind === 'sip' ? { host: uri.host, port: uri.port } : { host: hostDefault };
  const place = hostShown === undefined ? own : { host: hostShown };
  // The number as it came, parameters in its user part and all, unless somebody changed it.
  if (
    uri?.kind === 'sip' &&
    uri.decodedUser !== undefined &&
    withoutParams(uri.decodedUser) === caller
  ) {
    return formatNameAddr(textToWire(callername), formatSipUri({ user: uri.user, ...place }));
  }
  const user = escapeUriUser(textToWire(caller));
  return formatNameAddr(textToWire(callername), formatSipUri({ user, ...place }));
}
