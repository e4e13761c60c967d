import { type Gather, z } from '@tandem/engine';

declare module '@tandem/engine' {
  interface MessageMap {
    /** What a node tells its sisters of carriers: hints, that may be lost. Nobody answers. */
    'wholesale.carriers': Gather<CarrierNews, never>;
  }
}

/** The most carriers that one message tells of. */
const CARRIERS_MAX = 5_000;

const trunk = z.string().max(128);
const count = z.number().min(0);

/** What a sister may tell. */
export const carrierNews = z.object({
  node: z.string().max(256),
  /** Breakers that opened there, and for how long, ms. */
  opened: z.array(z.object({ trunk, openMs: count })).max(CARRIERS_MAX),
  /** Breakers that closed there. */
  closed: z.array(trunk).max(CARRIERS_MAX),
  /** Attempts of the last minutes. */
  counts: z
    .array(z.object({ trunk, seizures: count, answered: count, talkMs: count }))
    .max(CARRIERS_MAX),
});

/** News of carriers, as they go from node to node. */
export type CarrierNews = z.output<typeof carrierNews>;
