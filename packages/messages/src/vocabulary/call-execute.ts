import type { Ask } from '@tandem/engine';
import { declareMessage } from '../declaration.ts';
import type { CallOffer, Leg } from '../leg.ts';
import type { Refusal } from '../refusal.ts';
import { type CallBlock, sampleCallBlock, sampleOffer } from './call-block.ts';
import type { BranchParams } from './call-route.ts';

/** One branch to be placed. */
export interface ExecuteParams extends CallBlock, BranchParams {
  readonly caller: string;
  readonly callername: string;
  readonly called: string;
  /** Where to: the driver whose prefix it bears places the call. */
  readonly callto: string;
  /** `<billid>/<attempt>/<branch>`: unique, and the key under which sister nodes know the leg. */
  readonly branchId: string;
  /** Counts groups from 1. */
  readonly attempt: number;
  /** Time left for setting the call up, ms. */
  readonly setupMs: number;
  readonly offer: CallOffer;
}

declare module '@tandem/engine' {
  interface MessageMap {
    'call.execute': Ask<ExecuteParams, Leg | Refusal>;
  }
}

/** Carry this branch: the answer is its leg, on its way. */
export const callExecute = declareMessage({
  name: 'call.execute',
  kind: 'ask',
  summary: 'Asks a driver to place one branch; the answer is the outgoing leg, or a refusal.',
  sentBy: 'switch, once per branch',
  heardBy: 'cluster.forward 50, trunk limits 60, drivers 100',
  sample: {
    ...sampleCallBlock,
    callto: 'cluster/node2/sip/sip:bob@198.51.100.9:5060',
    branchId: 'node1-k3x9-17/1/1',
    attempt: 1,
    setupMs: 60_000,
    offer: sampleOffer,
  },
  codec: {
    // What only this process can hold does not become text.
    params: { offer: { toText: () => '', fromText: () => undefined } },
    answerToText: (answer) =>
      'refused' in answer
        ? {
            retvalue: '-',
            params: [
              ['error', answer.refused],
              ['reason', answer.detail],
            ],
          }
        : { retvalue: '', params: [['targetid', answer.id]] },
  },
});
