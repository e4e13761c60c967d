import type { Ask } from '@tandem/engine';
import { declareMessage } from '../declaration.ts';
import type { Refusal } from '../refusal.ts';

declare module '@tandem/engine' {
  interface MessageMap {
    'cluster.locate': Ask<
      {
        /** The resource without prefix and node: `park/7`. */
        readonly callto: string;
        /** Whether an owner is to be found if there is none. */
        readonly allocate: boolean;
        /** The node that asks. */
        readonly nodename: string;
        readonly billid?: string;
        readonly username: string;
      },
      ResourceOwner | Refusal
    >;
    'cluster.release': Ask<
      {
        /** The resource without prefix and node: `trunk/carrier-1`. */
        readonly callto: string;
      },
      { readonly isReleased: boolean }
    >;
  }
}

/** Who owns a resource. */
export interface ResourceOwner {
  readonly node: string;
  /**
   * Whether the node that answers is the owner and may serve the resource now: it hears the others
   * and holds the lease. It stops before anybody else may take it.
   */
  readonly isServing?: boolean;
}

/** Which node has this resource? */
export const clusterLocate = declareMessage({
  name: 'cluster.locate',
  kind: 'ask',
  summary: 'Asks which node owns a resource of `cluster/*/…`, giving it an owner if it has none.',
  sentBy: 'cluster',
  heardBy: 'lease 100',
  sample: { callto: 'park/7', allocate: true, nodename: 'node1', username: '' },
  codec: {
    answerToText: (answer) =>
      'refused' in answer
        ? {
            retvalue: '-',
            params: [
              ['error', answer.refused],
              ['reason', answer.detail],
            ],
          }
        : { retvalue: answer.node, params: [] },
    textToAnswer: (retvalue) =>
      retvalue === '-' || retvalue === 'error'
        ? { refused: 'failure', detail: '' }
        : { node: retvalue },
  },
});

/** This node no longer wants a resource that it owns. */
export const clusterRelease = declareMessage({
  name: 'cluster.release',
  kind: 'ask',
  summary: 'Gives back the lease of a resource that this node owns, so that another may have it.',
  sentBy: 'wholesale',
  heardBy: 'lease 100',
  sample: { callto: 'trunk/carrier-1' },
});
