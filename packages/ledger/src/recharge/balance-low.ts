import type { Tell } from '@tandem/engine';
import { declareMessage } from '@tandem/messages';

declare module '@tandem/engine' {
  interface MessageMap {
    'balance.low': Tell<{
      readonly tenant: string;
      readonly currency: string;
      /** Six decimals. */
      readonly balance: string;
      /** The threshold of the tenant's policy. */
      readonly below: string;
    }>;
  }
}

/** A tenant's money runs short: a plugin may write to somebody. */
export const balanceLow = declareMessage({
  name: 'balance.low',
  kind: 'tell',
  summary: 'Tells that a balance fell below its threshold; again only after it was above it.',
  sentBy: 'ledger, on the node that saw it first',
  heardBy: 'plugins',
  sample: { tenant: 'acme', currency: 'USD', balance: '4.500000', below: '5.000000' },
});
