import { z } from '@tandem/engine';

/** What a node says of itself once a second, and with `bye` when it goes. */
export const beatSchema = z.object({
  v: z.number(),
  boot: z.string().max(64),
  version: z.string().max(64),
  state: z.enum(['starting', 'up', 'lagging', 'draining', 'dead']),
  addresses: z.array(z.string().max(256)).max(64),
  calls: z.number(),
  isBye: z.boolean(),
  sees: z.record(z.string(), z.enum(['starting', 'up', 'lagging', 'draining', 'dead'])),
});

/** One beat. */
export type Beat = z.output<typeof beatSchema>;

/** Writes a beat. */
export function encodeBeat(beat: Beat): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(beat));
}

/** Reads a beat; undefined if it is none. */
export function decodeBeat(data: Uint8Array): Beat | undefined {
  try {
    const parsed = beatSchema.safeParse(JSON.parse(new TextDecoder().decode(data)));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
