import { z } from '@tandem/engine';
import { DEFAULT_BOUNDS } from '@tandem/store';

/** `[database]` of clustering.conf. */
export const databaseConfig = z.object({
  url: z
    .string()
    .optional()
    .describe(
      'text: postgres://user:password@host:5432/database; empty: the embedded server in `directory`',
    ),
  directory: z
    .string()
    .min(1)
    .default('data/postgres')
    .describe('directory: where the embedded server lives; nodes that name the same one share it'),
  poolSize: z.coerce
    .number()
    .int()
    .min(2)
    .max(100)
    .default(DEFAULT_BOUNDS.poolSize)
    .describe('number: connections of this node at most'),
});

/** The settings of `[database]`, read. */
export type DatabaseConfig = z.output<typeof databaseConfig>;
