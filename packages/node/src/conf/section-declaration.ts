import type { Plugin, z } from '@tandem/engine';

/** One section that clustering.conf may hold: what the composition root knows of it. */
export interface SectionDeclaration {
  readonly name: string;
  /** What it is about, one sentence for the example and the manual. */
  readonly summary: string;
  readonly schema: z.ZodObject;
  /** A plugin reads it, so it may also hold `onFault`. */
  readonly isPlugin: boolean;
  /** Keys that are read at the start of the node only. */
  readonly keysForRestart: 'all' | readonly string[];
}

/** The section of a third party's plugin. */
export function sectionOfPlugin(plugin: Plugin): SectionDeclaration {
  const { name, config: schema } = plugin;
  const summary = `Settings of the plugin ${name}.`;
  return { name, summary, schema, isPlugin: true, keysForRestart: [] };
}
