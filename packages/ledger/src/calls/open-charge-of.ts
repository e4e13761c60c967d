import type { CallFacts, ParamsOf } from '@tandem/engine';
import type { CarrierTerms, CdrParams, ExecuteParams, WholesaleFacts } from '@tandem/messages';
import type { OpenCharge } from '../charge/open-charge.ts';
import { writeTerms } from '../charge/terms-text.ts';
import type { LedgerParts } from '../ledger-parts.ts';

/** The part of a message about an incoming leg that a charge is made from. */
export type SaleParams =
  | Pick<ParamsOf<'call.admit'>, 'billid' | 'caller' | 'called' | 'address'>
  | Pick<CdrParams, 'billid' | 'caller' | 'called' | 'address'>;

/**
 * The tenant's side of a call; without a tenant, a call that nobody pays for. Written out field by
 * field, what is not known yet too: an object that grows later costs V8 several microseconds.
 */
export function openSale(
  { identity, lease, book }: LedgerParts,
  params: SaleParams,
  facts: CallFacts,
  startedAt: number,
): OpenCharge {
  const { wholesale } = facts;
  const note = facts.ledger?.callerLeg;
  const { node } = identity;
  const { boot } = lease;
  return {
    charge: book.mint(node, boot),
    side: 'sale',
    boot,
    node,
    callId: params.billid,
    tenantId: textOf(wholesale?.tenant.id),
    tenant: wholesale?.tenant.name ?? null,
    trunkId: textOf(wholesale?.inboundTrunk?.id),
    trunk: wholesale?.inboundTrunk?.name ?? null,
    currency: wholesale?.sell?.currency ?? wholesale?.tenant.currency ?? '',
    startedAt,
    terms: wholesale?.sell === undefined ? null : writeTerms(wholesale.sell),
    attempt: 0,
    callerIn: wholesale?.callerIn ?? params.caller,
    callerOut: params.caller,
    calledIn: wholesale?.calledIn ?? params.called,
    calledOut: params.called,
    callerRated: ratedCaller(wholesale),
    calledRated: wholesale?.called,
    address: params.address,
    route: routeVersion(wholesale),
    sipCallId: note?.sipCallId,
    userAgent: note?.userAgent,
    ringingAt: note?.ringingAt,
  };
}

/** A carrier's side of one attempt. */
export function openPurchase(
  { identity, lease, book }: LedgerParts,
  params:
    | Pick<ExecuteParams, 'billid' | 'caller' | 'called' | 'callto' | 'attempt'>
    | Pick<CdrParams, 'billid' | 'caller' | 'called' | 'callto' | 'attempt'>,
  carrier: CarrierTerms,
  facts: CallFacts,
  startedAt: number,
): OpenCharge {
  const { wholesale } = facts;
  const { node } = identity;
  const { boot } = lease;
  return {
    charge: book.mint(node, boot),
    side: 'purchase',
    boot,
    node,
    callId: params.billid,
    tenantId: textOf(wholesale?.tenant.id),
    tenant: wholesale?.tenant.name ?? null,
    trunkId: String(carrier.trunkId),
    trunk: carrier.trunk,
    currency: carrier.terms?.currency ?? wholesale?.tenant.currency ?? '',
    startedAt,
    terms: carrier.terms === undefined ? null : writeTerms(carrier.terms),
    attempt: params.attempt,
    callerIn: wholesale?.callerIn ?? params.caller,
    callerOut: params.caller,
    calledIn: wholesale?.calledIn ?? params.called,
    calledOut: params.called,
    callerRated: ratedCaller(wholesale),
    calledRated: wholesale?.called,
    address: params.callto,
    route: routeVersion(wholesale),
    sipCallId: undefined,
    userAgent: undefined,
    ringingAt: undefined,
  };
}

/** Rates are found by digits; a caller that is no number meets the rates for everybody. */
export function ratedCaller(wholesale: WholesaleFacts | undefined): string | undefined {
  if (wholesale === undefined) return undefined;
  return /^[0-9*#]{1,32}$/.test(wholesale.caller) ? wholesale.caller : '';
}

function routeVersion(wholesale: WholesaleFacts | undefined): string | null {
  const profile = wholesale?.profile;
  return profile === undefined ? null : `${profile.name}@${profile.version}`;
}

function textOf(id: bigint | undefined): string | null {
  return id === undefined ? null : String(id);
}
