import type { Tell } from '@tandem/engine';
import { declareMessage } from '@tandem/messages';

declare module '@tandem/engine' {
  interface MessageMap {
    'call.expiring': Tell<{
      /** The incoming leg. */
      readonly id: string;
      readonly billid: string;
      readonly tenant: string;
      /** Talk left before the call is ended, ms. */
      readonly leftMs: number;
    }>;
  }
}

/** The money for this call ends soon: a plugin may play a tone, or ask for a recharge. */
export const callExpiring = declareMessage({
  name: 'call.expiring',
  kind: 'tell',
  summary: 'Tells that the paid time of a call ends soon, unless more is paid.',
  sentBy: 'ledger, on the node of the incoming leg',
  heardBy: 'plugins',
  sample: { id: 'sip/node1-k3x9-17', billid: 'node1-k3x9-17', tenant: 'acme', leftMs: 10_000 },
});
