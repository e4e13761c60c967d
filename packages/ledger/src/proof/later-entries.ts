import type { MoneyCaller } from '../books/money-caller.ts';
import type { CallStory } from './call-story.ts';

/** What was said of a charge after it was made. */
export interface LaterEntry {
  readonly charge: string;
  /** A record of its own node that came after another had closed it; a re-rating. */
  readonly kind: 'late' | 'rerate';
  readonly at: Date;
  /** What it posted, six decimals. */
  readonly difference: string;
  /** Of a re-rating. */
  readonly reference: string | null;
  /** Of a late record. */
  readonly story: CallStory | null;
}

/** What became of these charges after they were made, oldest first. @throws the store's fault */
export async function readLater(
  caller: MoneyCaller,
  charges: readonly string[],
): Promise<readonly LaterEntry[]> {
  return await caller.call<LaterEntry>(
    `select charge_id as charge, 'late' as kind, late_at as at, difference, null as reference,
       record -> 'story' as story
     from late where charge_id = any($1)
     union all
     select r.charge_id, 'rerate', p.posted_at, r.difference, r.reference, null::json
     from rerated r join rerates p using (reference) where r.charge_id = any($1)
     order by at`,
    [charges],
  );
}

/** When a boot was last alive, and how it ended. */
export interface BootEnd {
  readonly lastSeen: Date;
  readonly state: string;
}

/** The lease of a boot, if it is known. @throws the store's fault */
export async function readBoot(
  caller: MoneyCaller,
  boot: string | null,
): Promise<BootEnd | undefined> {
  const [row] = await caller.call<BootEnd>(
    `select last_seen as "lastSeen", state from node_boots where boot = $1`,
    [boot],
  );
  return row;
}
