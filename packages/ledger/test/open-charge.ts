import type { OpenCharge } from '../src/charge/open-charge.ts';

/** An open sale at 0.10 a minute, as it stands on a hold and in a journal; changed by `part`. */
export function openCharge(
  charge: string,
  boot: string,
  tenantId: string,
  part: Partial<OpenCharge> = {},
): OpenCharge {
  return {
    charge,
    side: 'sale',
    boot,
    node: boot,
    callId: charge,
    tenantId,
    tenant: 'acme',
    trunkId: null,
    trunk: null,
    currency: 'USD',
    startedAt: Date.UTC(2026, 10, 21),
    terms: {
      deck: 'sell',
      version: 1,
      prefix: '1',
      rate: '0.100000',
      first: 60,
      next: 60,
      connectFee: '0.000000',
      rounding: 'halfUp',
    },
    attempt: 0,
    callerIn: 'alice',
    callerOut: 'alice',
    calledIn: 'bob',
    calledOut: 'bob',
    address: '192.0.2.7:5060',
    route: null,
    ...part,
  };
}
