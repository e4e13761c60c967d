import { z } from 'zod';
import type { MaybePromise } from './message-map.ts';
import type { Scope } from './scope.ts';

/** A plugin: a name, a section of the conf, and what it registers. */
export interface Plugin<C extends z.ZodObject = z.ZodObject> {
  /** Also the name of its section in clustering.conf. */
  readonly name: string;
  readonly config: C;
  /** Registers handlers on `scope`; run again, on a new scope, at each reload. */
  setup(scope: Scope, config: z.output<C>): MaybePromise<void>;
}

/** Declares a plugin; `config` may be left out when it has no settings. */
export function definePlugin<C extends z.ZodObject = z.ZodObject>(plugin: {
  readonly name: string;
  readonly config?: C;
  setup(scope: Scope, config: z.output<C>): MaybePromise<void>;
}): Plugin<C> {
  return Object.freeze({
    name: plugin.name,
    config: plugin.config ?? (z.object({}) as unknown as C),
    setup: plugin.setup.bind(plugin),
  });
}
