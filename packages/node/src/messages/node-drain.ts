import type { Ask } from '@tandem/engine';
import { declareMessage } from '@tandem/messages';

declare module '@tandem/engine' {
  interface MessageMap {
    'node.drain': Ask<{ readonly by: string }, { readonly calls: number }>;
  }
}

/** Take no new calls, and end with the last one. */
export const nodeDrain = declareMessage({
  name: 'node.drain',
  kind: 'ask',
  summary: 'Asks a node to take no new calls and to end with its last one; the answer counts them.',
  sentBy: 'console, CLI; to the node meant',
  heardBy: 'node',
  sample: { by: 'admin@127.0.0.1' },
});
