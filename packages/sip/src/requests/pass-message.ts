import type { AnswerOf, Bus, ParamsOf } from '@tandem/engine';
import { isRefusal, type Refusal, refuse } from '@tandem/messages';
import { type IncomingRequest, keep, parseDeltaSeconds, type SipRequest } from '@tandem/sip-stack';
import { nodeAllow } from '../capabilities.ts';
import { refusalAnswer } from '../headers/refusal-answer.ts';
import { userOf } from '../incoming/read-arrival.ts';
import type { SipSettings } from '../config.ts';
import { identifySender, type SenderParts } from './identify-sender.ts';
import { showSource, sourceAddress } from './source-address.ts';

/** What passing messages on takes. */
export interface PassMessageParts extends SenderParts {
  readonly bus: Bus;
  readonly settings: SipSettings;
}

type Delivery = ParamsOf<'sip.deliver'>;
type Delivered = AnswerOf<'sip.deliver'> | undefined;

/** Phones of one user that get it; the preferred ones. */
const PHONES_MAX = 10;
/** RFC 3428 §8: a page of text; what is longer belongs into a session. */
const CONTENT_BYTES_MAX = 8_192;
const MAX_FORWARDS_DEFAULT = 70;

/**
 * A MESSAGE outside of calls (RFC 3428): with `[sip] messages = users` it goes to all phones of
 * the user it is for, at whichever node they are, and the best of their answers comes back. Its
 * sender proves who he is, and writes in nobody else's name; nothing is stored.
 */
export async function passMessage(
  incoming: IncomingRequest,
  parts: PassMessageParts,
): Promise<void> {
  const { request, flow } = incoming;
  if (parts.settings.messages !== 'users') {
    return incoming.respond(405, { headers: [nodeAllow] });
  }
  const source = sourceAddress(request, flow, parts.ranges.proxies);
  const address = showSource(source);
  const sender = await identifySender({ request, flow, address, sourceHost: source.host }, parts);
  if ('status' in sender) return incoming.respond(sender.status, { headers: sender.headers });
  const no = refusalOf(request, sender.username);
  if (no !== undefined) return refuseIt(incoming, no);
  const outcome = await deliver(request, parts.bus);
  if (outcome === undefined) return refuseIt(incoming, refuse('offline', 'no phone answered'));
  if (isRefusal(outcome)) return refuseIt(incoming, outcome);
  return incoming.respond(outcome.status, { reason: outcome.phrase });
}

function refusalOf(request: SipRequest, username: string): Refusal | undefined {
  if (request.body.length > CONTENT_BYTES_MAX) return refuse('toolarge');
  if (request.get('Content-Type') === undefined) return refuse('badrequest', 'Content-Type');
  if (forwardsOf(request) <= 0) return refuse('hops');
  const isForeign = username !== '' && userOf(request.from.uri) !== username;
  return isForeign ? refuse('forbidden', 'written in the name of another') : undefined;
}

async function deliver(request: SipRequest, bus: Bus): Promise<Delivered> {
  const username = userOf(request.requestUri);
  const found = await bus.ask('user.locate', { username });
  if (found === undefined) return refuse('noroute', 'no such user');
  if (isRefusal(found)) return found;
  if (found.phones.length === 0) return refuse('offline', 'the user has no phone now');
  const common = {
    sender: keep(request.from.text),
    receiver: keep(request.to.text),
    contentType: keep(request.get('Content-Type') ?? ''),
    content: keep(request.body),
    maxForwards: forwardsOf(request) - 1,
  };
  const phones = found.phones.slice(0, PHONES_MAX);
  const all = phones.map((phone) => bring({ ...phone, ...common }, bus));
  return (await Promise.all(all)).reduce(better);
}

async function bring(delivery: Delivery, bus: Bus): Promise<Delivered> {
  try {
    return await bus.ask('sip.deliver', delivery);
  } catch {
    return refuse('offline', 'the phone could not be asked');
  }
}

// RFC 3261 §16.7: one phone that took it is enough; else what a phone said, before what we say.
function better(one: Delivered, other: Delivered): Delivered {
  return rank(other) < rank(one) ? other : one;
}

function rank(answer: Delivered): number {
  return answer === undefined || isRefusal(answer) ? 700 : answer.status;
}

function forwardsOf(request: SipRequest): number {
  return parseDeltaSeconds(request.get('Max-Forwards') ?? '') ?? MAX_FORWARDS_DEFAULT;
}

function refuseIt(incoming: IncomingRequest, refusal: Refusal): void {
  const { status, ...options } = refusalAnswer(refusal);
  incoming.respond(status, options);
}
