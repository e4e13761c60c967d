import type { Gather } from '@tandem/engine';
import { declareMessage } from '@tandem/messages';

declare module '@tandem/engine' {
  interface MessageMap {
    'node.reload': Gather<
      {
        /** Only find out whether it would work; nothing changes. */
        readonly isTrial: boolean;
        /** Goes back to what ran before the last reload: another node could not switch. */
        readonly isReturn?: boolean | undefined;
        readonly by: string;
      },
      ReloadReport
    >;
  }
}

/** How a node's configuration was read again. */
export interface ReloadReport {
  /** What is wrong, each with its place; nothing was changed then. */
  readonly problems: readonly string[];
  /** Plugins that were, or in a trial would be, set up anew. */
  readonly changed: readonly string[];
  /** Settings that differ and count at the next start only: `[sip] t1Ms`. */
  readonly forRestart: readonly string[];
}

/** Read your configuration again. */
export const nodeReload = declareMessage({
  name: 'node.reload',
  kind: 'gather',
  summary:
    'Has nodes read their configuration again: first as a trial, then for good; back, if one of them could not.',
  sentBy: 'console, CLI, SIGHUP',
  heardBy: 'node',
  sample: { isTrial: true, by: 'admin@127.0.0.1' },
});
