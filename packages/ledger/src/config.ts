import { duration, flag, z } from '@tandem/engine';

const status = (byDefault: number): z.ZodDefault<z.ZodCoercedNumber> =>
  z.coerce.number().int().min(400).max(699).default(byDefault);

/** `[ledger]` of clustering.conf. */
export const ledgerConfig = z.object({
  admission: z
    .enum(['cluster', 'node'])
    .default('cluster')
    .describe(
      'cluster: the database admits each call, exact over all nodes; node: local counters, no database before the call',
    ),
  slice: duration()
    .default(60_000)
    .describe('span: talk that is held at once; the next is asked for at half'),
  warnBefore: duration()
    .default(10_000)
    .describe('span: before the paid second, the call is said to expire'),
  admissionDeadline: duration()
    .default(2_000)
    .describe('span: a call that is not admitted by then is refused'),
  deadAfter: duration()
    .default(6_000)
    .describe(
      'span: a node without a beat for so long is dead for money, and its calls are closed',
    ),
  creditStatus: status(402).describe('number: SIP status when the balance does not allow a call'),
  limitStatus: status(503).describe('number: SIP status when a limit is reached'),
  billAfter: duration()
    .default(3_600_000)
    .describe('span: after the end of a cycle its bill is made; what comes later is on the next'),
  freeCalls: flag()
    .default(true)
    .describe('yes or no: calls that nobody pays for get a record too'),
});

/** The settings of `[ledger]`, read. */
export type LedgerConfig = z.output<typeof ledgerConfig>;
