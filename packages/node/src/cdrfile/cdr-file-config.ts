import { flag, list, z } from '@tandem/engine';

/** `[cdrfile]` of clustering.conf. */
export const cdrFileConfig = z.object({
  enabled: flag().default(true).describe('flag: whether records are written'),
  path: z
    .string()
    .default('')
    .describe('file: where records are appended; empty: cdr.jsonl in data/<node>'),
  operations: list(z.enum(['initialize', 'update', 'finalize']))
    .prefault('finalize')
    .describe('list: which records are written: initialize, update, finalize'),
  format: z
    .string()
    .default('')
    .describe(
      "text: Yate's template of a line, such as ${time},${billid},${caller},${called},${duration}; empty: JSON with all fields",
    ),
});

/** The settings of `[cdrfile]`, read. */
export type CdrFileConfig = z.output<typeof cdrFileConfig>;
