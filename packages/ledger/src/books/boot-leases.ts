import type { MoneyCaller } from './money-caller.ts';

/** A gap in one's own beats after which nobody else is judged for a while, ms. */
const GAP_MS = 3_000;

/** A boot as the database knows it. */
export interface BootName {
  readonly node: string;
  readonly boot: string;
}

/** `live`: registered. `dead` or `closed`: this boot has had its life. `taken`: the name is in use. */
export type Registration = 'live' | 'dead' | 'closed' | 'taken';

/**
 * Registers a boot. Boots whose journal this node holds are marked dead at once, another one of
 * the same name only when its lease is over.
 */
export async function registerBoot(
  caller: MoneyCaller,
  { node, boot }: BootName,
  predecessors: readonly string[],
  deadAfterMs: number,
): Promise<Registration> {
  const [row] = await caller.call<{ state: Registration }>(
    `select register_boot_1($1, $2, $3, $4 * interval '1 millisecond') as state`,
    [node, boot, predecessors, deadAfterMs],
  );
  return row?.state ?? 'taken';
}

/** One answered call, and how long ago that was. */
export interface AnswerAge {
  readonly charge: string;
  readonly agoMs: number;
}

/** What a beat brought. */
export interface Beat {
  /** The database's time, epoch ms. */
  readonly seenAt: number;
  /** Charges whose answers stand on their holds now. */
  readonly written: readonly string[];
}

/** Renews the lease and writes answers onto holds. Undefined: fenced. */
export async function beatBoot(
  caller: MoneyCaller,
  boot: string,
  answers: readonly AnswerAge[],
): Promise<Beat | undefined> {
  const [row] = await caller.call<{ seen: Date | null; written: string[] | null }>(
    `select seen, written from beat_boot_1($1, $2 * interval '1 millisecond', $3, $4)`,
    [boot, GAP_MS, answers.map(({ charge }) => charge), answers.map(({ agoMs }) => agoMs)],
  );
  if (row === undefined || row.seen === null) return undefined;
  return { seenAt: row.seen.getTime(), written: row.written ?? [] };
}

/** Marks boots whose lease is over, if our own was unbroken meanwhile. The boots marked. */
export async function fenceBoots(caller: MoneyCaller, boot: string): Promise<string[]> {
  const rows = await caller.call<{ boot: string }>(
    `select fence_boots_2($1, $2 * interval '1 millisecond') as boot`,
    [boot, GAP_MS],
  );
  return rows.map((row) => row.boot);
}

/** Ends a drained boot; false while it has holds, or when it is live no more. */
export async function closeBoot(caller: MoneyCaller, boot: string): Promise<boolean> {
  const [row] = await caller.call<{ closed: boolean }>('select close_boot_1($1) as closed', [boot]);
  return row?.closed ?? false;
}
