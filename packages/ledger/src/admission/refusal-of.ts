import { type Refusal, refuse } from '@tandem/messages';
import type { HoldOutcome } from '../books/admit-calls.ts';

/** Which limit refused a call, as the CDR says it. */
export function refusedLimitOf(outcome: HoldOutcome): string | undefined {
  return LIMITS[outcome];
}

const LIMITS: Partial<Record<HoldOutcome, string>> = {
  nocredit: 'tenant.credit',
  tenantcalls: 'tenant.calls',
  trunkcalls: 'trunk.calls',
  tenantrate: 'tenant.callsPerSecond',
  trunkrate: 'trunk.callsPerSecond',
};

/** Statuses that an operator wants otherwise than usual. */
export interface RefusalStatuses {
  readonly creditStatus: number;
  readonly limitStatus: number;
}

/**
 * What the caller hears. Limits of one tenant get no Retry-After: by RFC 3261 §21.5.4 its proxy
 * would then send us nothing at all.
 */
export function refusalOf(outcome: HoldOutcome, statuses: RefusalStatuses): Refusal {
  const { creditStatus, limitStatus } = statuses;
  switch (outcome) {
    case 'nocredit':
      return refuse('nocredit', DETAILS.nocredit, { status: creditStatus });
    case 'tenantcalls':
    case 'trunkcalls':
    case 'tenantrate':
    case 'trunkrate':
      return refuse('limit', DETAILS[outcome], { status: limitStatus });
    case 'notenant':
    case 'notrunk':
      return refuse('forbidden', DETAILS[outcome]);
    default:
      return refuse('noresource', `the call cannot be charged: ${outcome}`);
  }
}

const DETAILS = {
  nocredit: 'balance and credit do not pay the first increment',
  tenantcalls: 'the tenant has as many calls as it may',
  trunkcalls: 'the trunk has as many calls as it may',
  tenantrate: 'the tenant’s calls come too fast',
  trunkrate: 'the trunk’s calls come too fast',
  notenant: 'the tenant is none, or out of service',
  notrunk: 'the trunk is none, or out of service',
} as const satisfies Partial<Record<HoldOutcome, string>>;
