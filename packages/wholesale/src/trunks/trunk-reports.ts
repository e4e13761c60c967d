import { type Bus, type Gather, z } from '@tandem/engine';
import type { CarrierDesk } from '../carriers/carrier-desk.ts';
import type { Registrations } from './registrations.ts';

declare module '@tandem/engine' {
  interface MessageMap {
    /** Asks every node what it knows of trunks: whom it registered, and who answers it. */
    'wholesale.trunks': Gather<Record<never, never>, TrunkReport>;
  }
}

/** Trunks that one answer may tell of. */
const TRUNKS_MAX = 20_000;
/** Characters of what a peer said. */
const PHRASE_MAX = 256;
/** A sister that has not answered by then is left out, ms. */
const TIMEOUT_MS = 1_000;

const count = z.number().min(0);
const report = z.object({
  node: z.string().max(256),
  registrations: z
    .array(
      z.object({
        trunk: z.string().max(128),
        state: z.enum(['registering', 'registered', 'failed']),
        status: count,
        phrase: z.string().max(PHRASE_MAX),
        expiresAt: z.number().nullable(),
        nextAt: z.number(),
        failures: count,
      }),
    )
    .max(TRUNKS_MAX),
  probes: z
    .array(
      z.object({
        trunk: z.string().max(128),
        state: z.enum(['unknown', 'up', 'down']),
        status: count,
        phrase: z.string().max(PHRASE_MAX),
        durationMs: count,
      }),
    )
    .max(TRUNKS_MAX),
});

/** What one node knows of trunks. */
export type TrunkReport = z.output<typeof report>;

/** The report of this node. */
export function reportOf(
  node: string,
  registrations: Registrations,
  desk: CarrierDesk,
): TrunkReport {
  const probes = [...desk.carriers]
    .map(([trunk, { probe }]) => shortened({ trunk, ...probe.report }))
    .filter(({ state, status }) => state !== 'unknown' || status !== 0);
  return {
    node,
    registrations: registrations.reports.slice(0, TRUNKS_MAX).map(shortened),
    probes: probes.slice(0, TRUNKS_MAX),
  };
}

// One long sentence must not make the whole report unreadable to a sister.
function shortened<T extends { readonly phrase: string }>(told: T): T {
  return told.phrase.length > PHRASE_MAX
    ? { ...told, phrase: told.phrase.slice(0, PHRASE_MAX) }
    : told;
}

/** The reports of all nodes that answered; what is no report is left out. */
export async function gatherReports(bus: Bus): Promise<readonly TrunkReport[]> {
  const { answers } = await bus.gather('wholesale.trunks', {}, { to: '*', timeoutMs: TIMEOUT_MS });
  return answers.flatMap(({ answer }) => {
    const read = report.safeParse(answer);
    return read.success ? [read.data] : [];
  });
}
