import { defineFaults } from '@tandem/engine';

declare module '@tandem/engine' {
  interface FaultCodes {
    NODE_STATE_UNUSABLE: true;
    NODE_API_UNREACHABLE: true;
  }
}

/** The node's own faults. */
export const nodeFaults = defineFaults({
  NODE_STATE_UNUSABLE: {
    meaning: 'The directory of the state of this node cannot be used.',
    remedy: 'Start the node in a directory that its user may write to, or mend owner and mode.',
  },
  NODE_API_UNREACHABLE: {
    meaning: 'No node answers at that address.',
    remedy: 'Start one with `tandem start`, or say where one is: `--api http://127.0.0.1:8080`.',
  },
});
