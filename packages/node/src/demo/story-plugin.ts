import { definePlugin, type Plugin } from '@tandem/engine';
import type { CdrParams } from '@tandem/messages';
import type { Narrator } from './narrator.ts';

/** Lets the narrator hear one node's bus, and keeps the last record of each leg. */
export function storyPlugin(narrator: Narrator, records: CdrParams[]): Plugin {
  return definePlugin({
    name: 'story',
    setup(scope) {
      scope.watch('*', (message, outcome) => narrator.hear(scope.node, message, outcome));
      scope.watch('call.cdr', ({ params }) => {
        if (params.operation === 'finalize') records.push(params);
      });
    },
  });
}
