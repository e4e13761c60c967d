import type { Bus } from '@tandem/engine';
import {
  isRefusal,
  type NodeIdentity,
  type RegisteredContact,
  type RegisterParams,
  refuse,
} from '@tandem/messages';
import {
  type HeaderLine,
  type IncomingRequest,
  keep,
  quote,
  type SipRequest,
  wireToText,
} from '@tandem/sip-stack';
import type { Authenticator } from '../auth/authenticator.ts';
import { refusalAnswer } from '../headers/refusal-answer.ts';
import type { LegHost } from '../leg/leg-host.ts';
import type { PeerRanges } from '../requests/peer-ranges.ts';
import { checkExtensions } from '../requests/session-request-checks.ts';
import { showSource, sourceAddress } from '../requests/source-address.ts';
import type { StrangerPolicy } from '../requests/stranger-policy.ts';
import type { NatKeeper } from './nat-keeper.ts';
import { readContacts, type RegisterRefusal } from './read-contacts.ts';
import { readPath } from './read-path.ts';

/** What it takes to answer a REGISTER. */
export interface RegistrarParts {
  readonly host: LegHost;
  readonly bus: Bus;
  readonly identity: NodeIdentity;
  readonly authenticator: Authenticator;
  readonly ranges: PeerRanges;
  readonly keeper: NatKeeper;
  strangers(): StrangerPolicy;
}

/** A REGISTER may require these: Path, and flows that the client keeps open (RFC 3327, RFC 5626). */
const REGISTER_EXTENSIONS: ReadonlySet<string> = new Set(['path', 'outbound', 'gruu']);

/**
 * A REGISTER (RFC 3261 §10.3): who sends it must be the user it is about; all its contacts are
 * stored together or none; the 200 lists all that he has now.
 */
export async function receiveRegister(
  request: IncomingRequest,
  parts: RegistrarParts,
): Promise<void> {
  const { host, authenticator, ranges } = parts;
  const source = sourceAddress(request.request, request.flow, ranges.proxies);
  const address = showSource(source);
  if (parts.strangers() === 'forbid' && host.settings.unknownSource === 'forbid') {
    refuseRegister(request, { refusal: refuse('unknownsource'), headers: [] }, parts);
    return;
  }
  const early = checkRegister(request.request);
  if (early !== undefined) {
    refuseRegister(request, early, parts);
    return;
  }
  const who = await authenticator.identify(request.request, request.flow, address);
  if (who.kind === 'challenge') {
    request.respond(401, { headers: who.headers });
    return;
  }
  if (who.kind === 'refused') {
    refuseRegister(request, { refusal: who.refusal, headers: [] }, parts);
    return;
  }
  const { username } = who;
  if (userOf(request.request) !== username) {
    refuseRegister(request, { refusal: refuse('forbidden', 'another user'), headers: [] }, parts);
    return;
  }
  const path = readPath(request.request, request.flow, ranges);
  if ('refusal' in path) {
    refuseRegister(request, path, parts);
    return;
  }
  const asked = readContacts(request.request, {
    settings: host.settings,
    listeners: host.stack.listeners,
    source,
    flow: request.flow,
    boot: parts.identity.boot,
    path,
  });
  if ('refusal' in asked) {
    refuseRegister(request, asked, parts);
    return;
  }
  const { callId, cseq } = request.request;
  const params: RegisterParams = {
    username,
    driver: 'sip',
    contacts: asked.contacts,
    isWipe: asked.isWipe,
    callId: keep(callId),
    cseq: cseq.number,
    nodename: parts.identity.node,
    boot: parts.identity.boot,
    address,
    userAgent: keep((request.request.get('User-Agent') ?? '').slice(0, 128)),
  };
  const answer = await ask(parts, params);
  if (isRefusal(answer)) {
    refuseRegister(request, { refusal: answer, headers: [] }, parts);
    return;
  }
  if (asked.isNatted) {
    const longest = Math.max(...asked.contacts.map(({ expiresSeconds }) => expiresSeconds));
    parts.keeper.keep(request.flow, longest * 1_000);
  }
  const what = asked.isWipe ? 'wiped' : asked.contacts.length === 0 ? 'queried' : 'stored';
  host.counters.count('registers', what);
  request.respond(200, { headers: answerLines(answer.contacts, path, host) });
}

/** What a REGISTER requires of us, which is judged before who sends it is asked. */
export function checkRegister(request: SipRequest): RegisterRefusal | undefined {
  const required = request.list('Require');
  if (required.every((name) => REGISTER_EXTENSIONS.has(name.toLowerCase()))) return undefined;
  return checkExtensions(request);
}

async function ask(
  { bus }: RegistrarParts,
  params: RegisterParams,
): Promise<{ readonly contacts: readonly RegisteredContact[] } | ReturnType<typeof refuse>> {
  try {
    return (await bus.ask('user.register', params)) ?? refuse('noroute', 'nobody keeps contacts');
  } catch {
    // The bus has logged it.
    return refuse('failure', 'user.register failed');
  }
}

function refuseRegister(
  request: IncomingRequest,
  { refusal, headers }: RegisterRefusal,
  { host }: RegistrarParts,
): void {
  host.counters.count('registers', 'refused');
  const { status, ...options } = refusalAnswer(refusal, ...headers);
  request.respond(status, options);
}

/** The address of record is that of To (§10.3 step 5); only its user may register it. */
function userOf({ to }: SipRequest): string | undefined {
  const { uri } = to;
  if (uri?.kind !== 'sip' || uri.decodedUser === undefined) return undefined;
  return wireToText(uri.decodedUser);
}

function answerLines(
  contacts: readonly RegisteredContact[],
  path: readonly string[],
  host: LegHost,
): HeaderLine[] {
  const lines = contacts.map((contact): HeaderLine => ['Contact', contactLine(contact)]);
  for (const hop of path) lines.push(['Path', hop]);
  if (path.length > 0) lines.push(['Supported', 'path']);
  lines.push(['Date', new Date(host.clock.now()).toUTCString()]);
  return lines;
}

function contactLine({ contact, expiresSeconds, q, instance, regId }: RegisteredContact): string {
  const preference = q === 1 ? '' : `;q=${q.toFixed(3).replace(/\.?0+$/, '')}`;
  const which = instance === '' ? '' : `;+sip.instance=${quote(instance)}`;
  const flow = regId === '' ? '' : `;reg-id=${regId}`;
  return `<${contact}>;expires=${expiresSeconds}${preference}${which}${flow}`;
}
