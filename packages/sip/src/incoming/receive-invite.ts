import type { Switchboard } from '@tandem/messages';
import { type IncomingInvite, keep } from '@tandem/sip-stack';
import { refusalAnswer } from '../headers/refusal-answer.ts';
import type { LegHost } from '../leg/leg-host.ts';
import { isCallerBehindNat } from '../requests/behind-nat.ts';
import { identifySender, type Sender, type SenderParts } from '../requests/identify-sender.ts';
import { showSource, sourceAddress } from '../requests/source-address.ts';
import type { TrunkLine } from '../trunk/trunk-line.ts';
import type { TrunkLines } from '../trunk/trunk-lines.ts';
import { IncomingLeg } from './incoming-leg.ts';
import { checkInvite } from './invite-checks.ts';
import { readArrival } from './read-arrival.ts';

/** What it takes to make a call of an INVITE. */
export interface ReceptionParts extends SenderParts {
  readonly host: LegHost;
  readonly switchboard: Switchboard;
  readonly lines: TrunkLines;
}

/** Who a caller is, and the registration of ours that the call came by. */
type Caller = Sender & { readonly line?: TrunkLine };

/**
 * A new INVITE (RFC 3261 §13.3.1): 100 is out already. Checks what its headers say, finds out who
 * the caller is, and hands the call to the switch. Called off meanwhile, it ends here.
 */
export async function receiveInvite(invite: IncomingInvite, parts: ReceptionParts): Promise<void> {
  const { host, switchboard, authenticator } = parts;
  const { request, flow } = invite;
  const { settings, stack } = host;
  const no = checkInvite(request, stack.listeners, settings.minSessionExpires / 1_000);
  if (no !== undefined) {
    host.counters.count('refused', no.refusal.refused);
    const { status, ...options } = refusalAnswer(no.refusal, ...no.headers);
    invite.respond(status, options);
    return;
  }
  const source = sourceAddress(request, flow, parts.ranges.proxies);
  const address = showSource(source);
  const caller = await identify(invite, address, source.host, parts);
  // The stack has answered a CANCEL that came while nobody knew whose call this is.
  if (invite.isAnswered) return;
  if ('status' in caller) {
    invite.respond(caller.status, { headers: caller.headers });
    return;
  }
  const { username, isPeer, isTrusted, line } = caller;
  const arrival = readArrival(request, {
    address,
    listener: flow.listener.name,
    username,
    isPeer,
    isTrusted,
    line,
    crossingKeys: host.crossingKeys,
    isEarlySingle: settings.earlyDialogs === 'single',
    onStripped: () => host.counters.count('strippedClusterHeaders'),
  });
  const userAgent = request.get('User-Agent');
  const leg = new IncomingLeg(
    {
      id: switchboard.nextLegId('sip'),
      host,
      invite,
      address,
      isFlowBound: settings.nat && isCallerBehindNat(request, source),
      offer: arrival.offer.body,
      challenge: () => authenticator.challenge(flow),
    },
    keep(request.callId),
    userAgent === undefined ? undefined : keep(userAgent.slice(0, 128)),
  );
  switchboard.receive(leg, arrival);
}

async function identify(
  invite: IncomingInvite,
  address: string,
  sourceHost: string,
  parts: ReceptionParts,
): Promise<Caller> {
  const { authenticator, ranges } = parts;
  const { request, flow } = invite;
  const isPeer = ranges.peers.has(flow.remoteAddress);
  const line = isPeer ? undefined : parts.lines.find(request, flow);
  if (line !== undefined) {
    const known = await authenticator.recogniseTrunk(line.trunk, 'INVITE', address);
    if (known !== undefined) return { ...known, isPeer: false, line };
  }
  return identifySender({ request, flow, address, sourceHost }, parts);
}
