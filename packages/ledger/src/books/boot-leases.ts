import type { LegNote } from '../charge/open-charge.ts';
import { type BootHolder, isHolderRunning } from '../lease/boot-holder.ts';
import type { MoneyCaller } from './money-caller.ts';

/** A gap in one's own beats after which nobody else is judged for a while, ms. */
const GAP_MS = 3_000;

/** A boot as the database knows it. */
export interface BootName {
  readonly node: string;
  readonly boot: string;
}

/**
 * `live`: registered. `dead` or `closed`: this boot has had its life. `taken`: the name is in use.
 * `copied`: a boot whose journal this node holds lives on another machine.
 */
export type RegistrationOutcome = 'live' | 'dead' | 'closed' | 'taken' | 'copied';

/** What a registration came to. */
export interface Registration {
  readonly outcome: RegistrationOutcome;
  /** Beats of this boot so far; null unless it is known. */
  readonly beats: bigint | null;
}

/**
 * Registers a boot. Boots whose journal this node holds are marked dead at once if they ran on this
 * machine, any other one of theirs or of the same name only when its lease is over.
 */
export async function registerBoot(
  caller: MoneyCaller,
  { node, boot }: BootName,
  predecessors: readonly string[],
  deadAfterMs: number,
  { machine, holder }: BootHolder,
): Promise<Registration> {
  if (await isJournalCopied(caller, predecessors, { machine, holder })) {
    return { outcome: 'copied', beats: null };
  }
  const [row] = await caller.call<Registration>(
    `select outcome, beats from register_boot_2($1, $2, $3, $4 * interval '1 millisecond', $5, $6)`,
    [node, boot, predecessors, deadAfterMs, machine, holder],
  );
  return row ?? { outcome: 'taken', beats: null };
}

/** Whether a process of this very machine still runs under a boot whose journal we hold. */
async function isJournalCopied(
  caller: MoneyCaller,
  predecessors: readonly string[],
  own: BootHolder,
): Promise<boolean> {
  if (predecessors.length === 0) return false;
  const rows = await caller.call<{ holder: string }>(
    `select holder from node_boots
     where state = 'live' and boot = any($1) and machine = $2 and holder <> $3`,
    [predecessors, own.machine, own.holder],
  );
  return rows.some(({ holder }) => isHolderRunning(holder));
}

/** One answered call, and how long ago that was. */
export interface AnswerAge {
  readonly charge: string;
  readonly agoMs: number;
  /** What is known of its leg by now, for whoever closes it. */
  readonly note?: LegNote | undefined;
}

/** What a beat brought. */
export interface Beat {
  /** The database's time, epoch ms. */
  readonly seenAt: number;
  /** Charges whose answers stand on their holds now. */
  readonly written: readonly string[];
  /** Beats of this boot, this one included. */
  readonly beats: bigint;
}

/** Which beats of a boot its process has sent. */
export interface BeatCount {
  /** Of the last one that was answered. */
  readonly known: bigint;
  /** Those sent since: they may have come through. */
  readonly lost: number;
}

/**
 * Renews the lease and writes answers onto holds. Undefined: fenced. `twin`: beats came through
 * that are not ours, so another process runs under this boot's id; nothing was renewed.
 */
export async function beatBoot(
  caller: MoneyCaller,
  boot: string,
  answers: readonly AnswerAge[],
  count?: BeatCount,
): Promise<Beat | 'twin' | undefined> {
  const [row] = await caller.call<{
    seen: Date | null;
    count: bigint;
    written: string[] | null;
    isTwin: boolean;
  }>(
    `select seen, count, written, is_twin as "isTwin"
     from beat_boot_2($1, $2 * interval '1 millisecond', $3, $4, $5, $6, $7::json[])`,
    [
      boot,
      GAP_MS,
      count?.known ?? null,
      count?.lost ?? 0,
      answers.map(({ charge }) => charge),
      answers.map(({ agoMs }) => agoMs),
      answers.map(({ note }) => (note === undefined ? null : JSON.stringify(note))),
    ],
  );
  if (row?.isTwin === true) return 'twin';
  if (row === undefined || row.seen === null) return undefined;
  return { seenAt: row.seen.getTime(), written: row.written ?? [], beats: row.count };
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
