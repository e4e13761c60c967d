import type { Ask } from '@tandem/engine';
import { declareMessage } from '../declaration.ts';
import type { Refusal } from '../refusal.ts';
import { type CallBlock, sampleCallBlock } from './call-block.ts';

/** The call may go on. */
export interface Admission {
  readonly admitted: true;
  /** It must end after this much talk, ms, unless it is extended; absent: no bound. */
  readonly talkMsMax?: number;
}

declare module '@tandem/engine' {
  interface MessageMap {
    'call.admit': Ask<CallBlock & { readonly callto: string }, Admission | Refusal>;
  }
}

/** May this call be carried? Unanswered means yes, free of charge; a fault refuses. */
export const callAdmit = declareMessage({
  name: 'call.admit',
  kind: 'ask',
  summary: 'Asks whether a routed call may be carried; unanswered means yes, a fault means no.',
  sentBy: 'switch, once per call, between route and the first execute, whoever routed it',
  heardBy: 'cluster.admitted 50, ledger 75',
  sample: { ...sampleCallBlock, callto: 'sip/sip:bob@198.51.100.9:5060' },
});
