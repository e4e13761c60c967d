import type { Bus } from '@tandem/engine';
import type { ConsoleResource } from '@tandem/console';

/** One handler of a message. */
export interface HandlerRow {
  readonly message: string;
  readonly priority: number;
  /** `plugin:priority`, as trails show it. */
  readonly handler: string;
  readonly plugin: string;
}

/** GET /handlers: who is asked, in which order. */
export function listHandlers(bus: Bus): ConsoleResource {
  return {
    method: 'GET',
    path: '/handlers',
    role: 'read',
    summary: 'Lists the handlers of a message, or of all, in the order in which they are asked.',
    query: { message: 'name of one message' },
    async handle({ query }) {
      const { message } = query;
      const names = message === undefined ? bus.handledNames : [message];
      const handlers = names.flatMap((name): HandlerRow[] =>
        bus.handlersOf(name).map(({ priority, label, plugin }) => ({
          message: name,
          priority,
          handler: label,
          plugin,
        })),
      );
      return { status: 200, body: { node: bus.node, handlers } };
    },
  };
}
