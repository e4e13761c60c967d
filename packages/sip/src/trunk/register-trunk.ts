import {
  type Refusal,
  refuse,
  type TrunkRegistered,
  type TrunkRegisterParams,
} from '@tandem/messages';
import {
  contactExpiresSeconds,
  escapeUriUser,
  formatSipUri,
  type HeaderLine,
  keep,
  type NameAddr,
  parseDeltaSeconds,
  parseRetryAfter,
  reasonPhrase,
  type SipResponse,
  type SipStack,
  textToWire,
} from '@tandem/sip-stack';
import type { Clock } from '@tandem/engine';
import { isResponse, sendToTrunk, type TrunkAnswer, type TrunkRequest } from './send-to-trunk.ts';
import type { TrunkLine } from './trunk-line.ts';
import { parseAddress, routesThrough } from './trunk-route.ts';

/** A registrar that wants longer is not asked for that, and one that grants longer is asked again by then: a day. */
const EXPIRES_SECONDS_MAX = 86_400;
/** Contacts of other nodes that one REGISTER takes back. */
const STALE_MAX = 8;
/** Beyond the life that was granted a call may still come by it, ms. */
const GRACE_MS = 60_000;

/** What a REGISTER of ours needs. */
export interface RegisterParts {
  readonly stack: SipStack;
  readonly clock: Clock;
  readonly line: TrunkLine;
  readonly params: TrunkRegisterParams;
  /** A connection on which nothing is said for so long is closed, ms. */
  readonly idleMs: number;
}

/**
 * Registers a trunk (RFC 3261 §10.2): challenges are answered and a life too short (423) raised
 * once within it. Where the registrar lists contacts of the same trunk that other nodes left
 * behind, they are taken back. Never rejects.
 */
export async function registerTrunk(parts: RegisterParts): Promise<TrunkRegistered | Refusal> {
  const { params, line } = parts;
  let { expiresSeconds } = params;
  const request = (headers: readonly HeaderLine[], seconds: number | undefined) =>
    draft(parts, headers, seconds);
  const first = request([], expiresSeconds);
  if (first === undefined) return refuse('noroute', `no SIP address: ${params.address}`);
  let answer = await sendToTrunk(parts.stack, first);
  const least = isResponse(answer) && answer.status === 423 ? minExpires(answer) : undefined;
  if (least !== undefined && expiresSeconds > 0 && least <= EXPIRES_SECONDS_MAX) {
    expiresSeconds = Math.max(expiresSeconds, least);
    answer = await sendToTrunk(parts.stack, request([], expiresSeconds)!);
  }
  if (!isResponse(answer) || answer.status >= 300) return refused(answer);
  const granted = expiresSeconds === 0 ? 0 : grantedSeconds(answer, line, expiresSeconds);
  const nowMs = parts.clock.monotonicMs();
  line.untilMs = granted === 0 ? nowMs + GRACE_MS : nowMs + granted * 1_000 + GRACE_MS;
  const stale = expiresSeconds === 0 ? [] : staleContacts(answer, line);
  if (stale.length > 0) void sendToTrunk(parts.stack, request(stale, undefined)!);
  const told = { status: answer.status, phrase: phraseOf(answer), expiresSeconds: granted };
  const isKept = line.flow?.isReliable === true && granted > 0;
  return isKept ? { ...told, renewSeconds: Math.floor(parts.idleMs / 2_000) } : told;
}

function draft(
  { params, line }: RegisterParts,
  contacts: readonly HeaderLine[],
  expiresSeconds: number | undefined,
): TrunkRequest | undefined {
  const registrar = parseAddress(params.address);
  const routes = routesThrough(params.outboundProxy);
  if (registrar === undefined || routes === undefined) return undefined;
  const { scheme, host, port, paramsText } = registrar;
  const user = escapeUriUser(textToWire(params.username));
  const own = `<${formatSipUri({ scheme, user, host })}>`;
  return {
    options: {
      method: 'REGISTER',
      uri: formatSipUri({ scheme, host, port, params: paramsText }),
      from: own,
      to: own,
      callId: line.callId,
      localTag: line.localTag,
      routes,
      headers: [...contacts, ['Supported', 'path']],
      path: { isNextTriedOn503: true, ...(params.listener && { listener: params.listener }) },
      ...(expiresSeconds !== undefined && {
        contact: (listener) => line.contact(listener, expiresSeconds),
      }),
    },
    digest: line.digest,
    nextSequence: () => line.nextSequence(),
    onHeard: (flow) => {
      line.flow = flow;
    },
  };
}

function refused(answer: TrunkAnswer): TrunkRegistered {
  if (!isResponse(answer)) {
    return { status: answer.status, phrase: answer.message, expiresSeconds: 0 };
  }
  const { status } = answer;
  const retryAfter = parseRetryAfter(answer.get('Retry-After') ?? '');
  return {
    status,
    phrase: phraseOf(answer),
    expiresSeconds: 0,
    ...(retryAfter !== undefined && { retryAfterSeconds: retryAfter }),
  };
}

function phraseOf({ reason, status }: SipResponse): string {
  return reason === '' ? reasonPhrase(status) : keep(reason.slice(0, 128));
}

function minExpires(response: SipResponse): number | undefined {
  return parseDeltaSeconds(response.get('Min-Expires') ?? '');
}

/** What the registrar gives our contact: by its own parameter, by Expires, or what we asked for. */
function grantedSeconds(response: SipResponse, line: TrunkLine, asked: number): number {
  const overall = parseDeltaSeconds(response.get('Expires') ?? '');
  const listed = contactsOf(response);
  const own =
    listed.find((contact) => isOwn(contact, line)) ?? (listed.length === 1 ? listed[0] : undefined);
  const stated = own === undefined ? undefined : contactExpiresSeconds(own);
  return Math.min(stated ?? overall ?? asked, EXPIRES_SECONDS_MAX);
}

/** Contacts of this trunk's instance that are not ours: of a node that held it before. */
function staleContacts(response: SipResponse, line: TrunkLine): HeaderLine[] {
  return contactsOf(response)
    .filter((contact) => !isOwn(contact, line))
    .filter(({ params }) => params.get('+sip.instance') === line.instance)
    .slice(0, STALE_MAX)
    .map(({ uriText }): HeaderLine => ['Contact', `<${keep(uriText)}>;expires=0`]);
}

function isOwn({ uri }: NameAddr, { token }: TrunkLine): boolean {
  return uri?.kind === 'sip' && uri.params.get('line') === token;
}

function contactsOf({ contacts }: SipResponse): readonly NameAddr[] {
  return contacts === undefined || contacts === '*' ? [] : contacts;
}
