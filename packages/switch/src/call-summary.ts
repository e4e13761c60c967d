import {
  type CallMoney,
  type CallSummary,
  formatMicros,
  type LegSummary,
  parseCallId,
} from '@tandem/messages';
import type { Call } from './call.ts';
import type { LegRecord } from './leg-record.ts';

/** The driver of legs between nodes. */
const SISTER_DRIVER = 'nats';

/** One call as lists show it. */
export function summarize(call: Call): CallSummary {
  const { caller, connection, unfinished, state, block } = call;
  const { billid, facts, host } = call.context;
  const { node } = host.identity;
  const { times } = caller;
  const shown = connection.winner ?? call.ringing[0];
  const legs: LegSummary[] = [legOf(caller, node)];
  for (const branch of unfinished) if (branch.record) legs.push(legOf(branch.record, node));
  return {
    id: billid,
    node,
    state,
    caller: block.caller,
    called: block.called,
    tenant: tenantOf(call) ?? null,
    inboundTrunk: facts.account?.inboundTrunk ?? facts.wholesale?.inboundTrunk?.name ?? null,
    outboundTrunk: shown?.params.trunk ?? null,
    startedAt: times.startedAt,
    answeredAt: times.answeredMs === undefined ? null : times.wallOf(times.answeredMs),
    durationMs: times.durationMs,
    ...moneyOf(facts.money),
    legs,
    isForwarded: caller.leg.driver === SISTER_DRIVER || parseCallId(billid)?.node !== node,
  };
}

/** Who pays for a call, as its facts say. */
export function tenantOf({ context: { facts } }: Call): string | undefined {
  return facts.account?.tenant ?? facts.wholesale?.tenant.name;
}

function moneyOf(money: CallMoney | undefined): Pick<CallSummary, 'held' | 'price' | 'currency'> {
  if (money === undefined) return { held: null, price: null, currency: null };
  const { heldMicros, priceMicros, currency } = money;
  return { held: formatMicros(heldMicros), price: formatMicros(priceMicros), currency };
}

function legOf({ leg }: LegRecord, node: string): LegSummary {
  const { id, direction, driver, address, state, callId } = leg;
  const summary = { id, node, direction, driver, address, state };
  return callId === undefined ? summary : { ...summary, callId };
}
