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
  /** Host of From where the caller's own is not known. */
  readonly hostDefault: string;
}

const ENTRIES_MAX = 5;
const ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>';

/**
 * From, P-Asserted-Identity, Privacy and Diversion towards one peer (RFC 3323, RFC 3325): within
 * the trust domain all is told, outside of it a withheld number is withheld, and nobody is vouched for.
 */
export function identityLines(view: CallerView): IdentityLines {
  const { offer, isTrusted } = view;
  const { asserted, preferred, privacy } = offer.identity;
  const kinds = parsePrivacy(privacy === undefined ? [] : [privacy]);
  const isWithheld = ['id', 'user', 'header'].some((kind) => kinds.has(kind));
  const headers: HeaderLine[] = [];
  if (!isTrusted) {
    if (isWithheld) headers.push(['Privacy', 'id']);
    return { from: isWithheld ? ANONYMOUS : fromOf(view), headers };
  }
  const vouched = asserted.length > 0 ? asserted : preferred === undefined ? [] : [preferred];
  for (const value of vouched.slice(0, ENTRIES_MAX)) headers.push(['P-Asserted-Identity', value]);
  if (privacy !== undefined) headers.push(['Privacy', privacy]);
  for (const value of offer.diversion.slice(0, ENTRIES_MAX)) headers.push(['Diversion', value]);
  return { from: isWithheld ? ANONYMOUS : fromOf(view), headers };
}

function fromOf({ caller, callername, offer, hostDefault }: CallerView): string {
  const uri = parseUri(offer.callerUri ?? '');
  const place = uri?.kind === 'sip' ? { host: uri.host, port: uri.port } : { host: hostDefault };
  // The number as it came, parameters in its user part and all, unless somebody changed it.
  if (uri?.kind === 'sip' && uri.decodedUser !== undefined && plain(uri.decodedUser) === caller) {
    return formatNameAddr(textToWire(callername), formatSipUri({ user: uri.user, ...place }));
  }
  const user = escapeUriUser(textToWire(caller));
  return formatNameAddr(textToWire(callername), formatSipUri({ user, ...place }));
}

function plain(user: string): string {
  return user.split(';', 1)[0] ?? '';
}
