import { z } from '@tandem/engine';

/** `[registrar]` of clustering.conf. */
export const registrarConfig = z.object({
  realm: z
    .string()
    .min(1)
    .max(128)
    .default('tandem')
    .describe('text: realm of all users of the cluster; passwords are stored hashed with it'),
  maxContacts: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(10)
    .describe('number: phones that one user may have registered at a time'),
  priority: z.coerce
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(90)
    .describe('number: place among those who route a call'),
});

/** The settings of `[registrar]`, read. */
export type RegistrarConfig = z.output<typeof registrarConfig>;
