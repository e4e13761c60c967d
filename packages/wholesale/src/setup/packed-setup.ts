import { deserialize, serialize } from 'node:v8';
import { turn } from './in-pieces.ts';
import type { SetupRows } from './setup-rows.ts';

/** Rows of one piece. */
const PIECE_ROWS = 200;

/** The lists of a set-up, by their names. */
const LISTS = ['tenants', 'trunks', 'profiles', 'routes'] as const;

type List = (typeof LISTS)[number];

/**
 * A set-up on its way from thread to thread: rows as bytes, some hundred a piece. Sent as they are,
 * those of ten thousand tenants would be read in one go, and calls would wait for it.
 */
export interface PackedSetup {
  readonly version: bigint;
  readonly pieces: readonly { readonly list: List; readonly bytes: Uint8Array<ArrayBuffer> }[];
}

/** Packs a set-up for another thread; the buffers of its pieces may be moved. */
export function packSetup({ version, ...rows }: SetupRows): PackedSetup {
  const pieces = LISTS.flatMap((list) => {
    const all: readonly unknown[] = rows[list];
    return Array.from({ length: Math.ceil(all.length / PIECE_ROWS) }, (_, piece) => {
      const from = piece * PIECE_ROWS;
      return { list, bytes: Uint8Array.from(serialize(all.slice(from, from + PIECE_ROWS))) };
    });
  });
  return { version, pieces };
}

/** Unpacks a set-up that this program packed, piece by piece: calls go on meanwhile. */
export async function unpackSetup({ version, pieces }: PackedSetup): Promise<SetupRows> {
  const rows: Record<List, unknown[]> = { tenants: [], trunks: [], profiles: [], routes: [] };
  for (const { list, bytes } of pieces) {
    rows[list].push(...(deserialize(bytes) as unknown[]));
    await turn();
  }
  return { version, ...rows } as unknown as SetupRows;
}
