import { type ContactBinding, type Refusal, refuse } from '@tandem/messages';
import {
  contactExpiresSeconds,
  contactPreference,
  type Flow,
  formatSipUri,
  type HeaderLine,
  keep,
  type Listener,
  type NameAddr,
  parseDeltaSeconds,
  type SipRequest,
  type SipUri,
} from '@tandem/sip-stack';
import type { SipSettings } from '../config.ts';
import { isOwnAddress } from '../incoming/invite-checks.ts';
import { isAtSource } from '../requests/behind-nat.ts';
import type { Source } from '../requests/source-address.ts';
import { writeFlow } from './flow-code.ts';

/** What a REGISTER asks for. */
export interface AskedContacts {
  readonly contacts: readonly ContactBinding[];
  /** `Contact: *` */
  readonly isWipe: boolean;
  /** Phones behind NAT among them: their way has to be kept open. */
  readonly isNatted: boolean;
}

/** A no to a REGISTER, with the header lines that its status demands. */
export interface RegisterRefusal {
  readonly refusal: Refusal;
  readonly headers: readonly HeaderLine[];
}

/** What is needed to judge contacts. */
export interface ContactView {
  readonly settings: SipSettings;
  readonly listeners: readonly Listener[];
  readonly source: Source;
  readonly flow: Flow;
  /** Boot of this node, for flows. */
  readonly boot: string;
  /** Path of a proxy of ours (RFC 3327): then requests go by it, and no flow is kept. */
  readonly path: readonly string[];
}

/**
 * Reads the contacts of a REGISTER (RFC 3261 §10.3 steps 6 and 7): expiry within bounds, too
 * short is 423, preference, instance (RFC 5626), and where each is really reached.
 */
export function readContacts(
  request: SipRequest,
  view: ContactView,
): AskedContacts | RegisterRefusal {
  const { contacts } = request;
  if (contacts === undefined) return bad('Contact');
  const header = request.get('Expires');
  const expires = header === undefined ? undefined : parseDeltaSeconds(header);
  if (contacts === '*') {
    // Together with any other expiry it would mean nothing (§10.3 step 6).
    return expires === 0 ? { contacts: [], isWipe: true, isNatted: false } : bad('Contact: *');
  }
  if (contacts.length > view.settings.contactsMax) return bad('too many contacts');
  const isDirect = contacts.some(({ uriText }) => isAtSource(uriText, view.source));
  const bindings: ContactBinding[] = [];
  let isNatted = false;
  for (const contact of contacts) {
    const { uri } = contact;
    if (uri?.kind !== 'sip' || uri.headers !== undefined) return bad('Contact');
    if (uri.params.has('maddr')) return forbidden('maddr in Contact');
    if (isOwnAddress(uri, view.listeners)) return forbidden('Contact at our own address');
    const asked = contactExpiresSeconds(contact) ?? expires ?? view.settings.defaultExpires / 1_000;
    const minSeconds = Math.round(view.settings.minExpires / 1_000);
    if (asked > 0 && asked < minSeconds) {
      const refusal = refuse('badrequest', 'Expires too small', { status: 423 });
      return { refusal, headers: [['Min-Expires', String(minSeconds)]] };
    }
    const way = wayTo(uri, isDirect, view);
    isNatted ||= way.isNatted && asked > 0;
    bindings.push(bindingOf(contact, uri, Math.min(asked, way.secondsMax), way));
  }
  return { contacts: bindings, isWipe: false, isNatted };
}

interface Way {
  readonly data: string;
  readonly connection: string;
  readonly path: readonly string[];
  readonly isNatted: boolean;
  readonly secondsMax: number;
}

/**
 * How a contact is reached: by Path, where a proxy of ours stands between; by the flow it came
 * on; or as it says itself, when it is another one's than the sender's. A phone that says another
 * address than its packets have sits behind NAT, and the address of the packets is stored, as in Yate.
 */
function wayTo(uri: SipUri, isDirect: boolean, view: ContactView): Way {
  const { settings, source, flow, boot, path } = view;
  const secondsMax = Math.round(settings.maxExpires / 1_000);
  const asWritten = { data: `sip/${keep(uri.text)}`, path, isNatted: false, secondsMax };
  if (path.length > 0) return { ...asWritten, connection: '' };
  const connection = source.isProxied ? '' : writeFlow(flow, boot);
  const isAtIt = isAtSource(uri.text, source);
  const isStream = flow.transport !== 'udp';
  const isOther = isDirect && !isAtIt && !isStream;
  if (isAtIt || isOther) return { ...asWritten, connection: isOther ? '' : connection };
  if (!settings.nat) return { ...asWritten, connection: isStream ? connection : '' };
  // Over a connection only the port differs as a rule, and the connection is what counts.
  const isSameHost = uri.host === source.host;
  if (isStream && isSameHost) return { ...asWritten, connection };
  const { host, port } = source;
  const rewritten = formatSipUri({ user: uri.user, host, port, params: uri.params.text });
  const natSeconds = Math.round(settings.natExpires / 1_000);
  return {
    data: `sip/${keep(rewritten)}`,
    connection,
    path,
    isNatted: true,
    secondsMax: Math.min(secondsMax, natSeconds),
  };
}

function bindingOf(
  contact: NameAddr,
  uri: SipUri,
  expiresSeconds: number,
  way: Way,
): ContactBinding {
  return {
    data: way.data,
    contact: keep(uri.text),
    expiresSeconds: Math.round(expiresSeconds),
    q: contactPreference(contact) / 1_000,
    instance: keep(contact.params.get('+sip.instance') ?? ''),
    regId: keep(contact.params.get('reg-id') ?? ''),
    connection: way.connection,
    path: way.path,
  };
}

function bad(detail: string): RegisterRefusal {
  return { refusal: refuse('badrequest', detail), headers: [] };
}

function forbidden(detail: string): RegisterRefusal {
  return { refusal: refuse('forbidden', detail), headers: [] };
}
