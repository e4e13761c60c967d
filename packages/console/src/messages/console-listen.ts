import type { Tell } from '@tandem/engine';
import { declareMessage } from '@tandem/messages';

declare module '@tandem/engine' {
  interface MessageMap {
    'console.listen': Tell<{ readonly forMs: number }>;
  }
}

/** Somebody looks at another node's console: send it what happens here. */
export const consoleListen = declareMessage({
  name: 'console.listen',
  kind: 'tell',
  summary:
    'Tells a sister node that somebody listens to events here, and for how long to send hers.',
  sentBy: 'console, to each sister while it has listeners',
  heardBy: 'console',
  sample: { forMs: 12_000 },
});
