import type { CallFacts } from '@tandem/engine';
import type { CarrierTerms, CdrParams, ExecuteParams } from '@tandem/messages';
import type { OpenCharge } from '../charge/open-charge.ts';
import { readTerms, type TermsText, writeTerms } from '../charge/terms-text.ts';
import type { LedgerParts } from '../ledger-parts.ts';
import { ratedCaller } from './open-charge-of.ts';

declare module '@tandem/engine' {
  interface CallFacts {
    /** Whom the attempt that another node places is owed to, as text: crosses with the call. */
    carriage?: Carriage;
  }
}

/**
 * The carrier's side of an attempt that another node places. The hold and the charge of an attempt
 * belong to the node that runs the leg (money rule R13): it alone knows how long the carrier's leg
 * lived, and it mints the charge's id; the node of the caller charges nothing for it.
 */
export interface Carriage {
  readonly trunkId: string;
  readonly trunk: string;
  readonly currency: string;
  readonly terms: TermsText | null;
  readonly tenantId: string | null;
  readonly tenant: string | null;
  readonly attempt: number;
  readonly callerIn: string;
  readonly calledIn: string;
  readonly callerRated?: string | undefined;
  readonly calledRated?: string | undefined;
  readonly route: string | null;
}

/** What the node that places the attempt is told. */
export function carriageOf(
  params: Pick<ExecuteParams, 'attempt'>,
  carrier: CarrierTerms,
  { wholesale }: CallFacts,
): Carriage {
  const { tenant, profile, callerIn = '', calledIn = '' } = wholesale ?? {};
  return {
    trunkId: String(carrier.trunkId),
    trunk: carrier.trunk,
    currency: carrier.terms?.currency ?? tenant?.currency ?? '',
    terms: carrier.terms === undefined ? null : writeTerms(carrier.terms),
    tenantId: tenant === undefined ? null : String(tenant.id),
    tenant: tenant?.name ?? null,
    attempt: params.attempt,
    callerIn,
    calledIn,
    callerRated: ratedCaller(wholesale),
    calledRated: wholesale?.called,
    route: profile === undefined ? null : `${profile.name}@${profile.version}`,
  };
}

/** The charge of an attempt that a sister's call brought here. */
export function openCarried(
  { identity, lease, book }: LedgerParts,
  params:
    | Pick<ExecuteParams, 'billid' | 'caller' | 'called' | 'callto'>
    | Pick<CdrParams, 'billid' | 'caller' | 'called' | 'callto'>,
  carriage: Carriage,
  startedAt: number,
): OpenCharge {
  const { node } = identity;
  const { boot } = lease;
  return {
    ...carriage,
    charge: book.mint(node, boot),
    side: 'purchase',
    boot,
    node,
    callId: params.billid,
    startedAt,
    callerOut: params.caller,
    calledOut: params.called,
    address: params.callto,
  };
}

const TEXTS = ['trunk', 'currency', 'callerIn', 'calledIn'] as const;
const TEXTS_OR_NULL = ['tenant', 'route'] as const;
const ID = /^\d{1,18}$/;

/** Reads what another node sent: undefined if it is no carriage. Never throws. */
export function readCarriage({ carriage }: CallFacts): Carriage | undefined {
  if (typeof carriage !== 'object' || carriage === null) return undefined;
  const { trunkId, tenantId, terms, attempt } = carriage;
  const isSound =
    isId(trunkId) &&
    (tenantId === null || isId(tenantId)) &&
    Number.isInteger(attempt) &&
    [carriage.callerRated, carriage.calledRated].every(isTextOrAbsent) &&
    TEXTS.every((name) => typeof carriage[name] === 'string') &&
    TEXTS_OR_NULL.every((name) => carriage[name] === null || typeof carriage[name] === 'string');
  if (!isSound) return undefined;
  try {
    if (terms !== null) readTerms(terms);
    return carriage;
  } catch {
    return undefined;
  }
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && ID.test(value);
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
