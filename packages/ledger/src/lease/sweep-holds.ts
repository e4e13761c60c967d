import { type CloseRecord, type WrittenRecord, writeRecord } from '../books/close-calls.ts';
import type { MoneyCaller, Side } from '../books/money-caller.ts';
import type { LegNote, OpenCharge } from '../charge/open-charge.ts';
import { setAside, settleBatch } from '../settlement/settle-batch.ts';
import { orphanRecord } from './orphan-record.ts';

/** Holds closed in one round trip. */
const HOLDS_MAX = 500;
/** Round trips of one sweep; what is left then waits for the next one, a second later. */
const ROUNDS_MAX = 40;
/** A tombstone outlives every admission that may still be on its way. */
const TOMBSTONE_MINUTES = 10;

interface Row {
  readonly charge: string;
  readonly boot: string;
  readonly side: Side;
  readonly tenantId: bigint | null;
  readonly trunkId: bigint | null;
  readonly answered: Date | null;
  readonly lastSeen: Date;
  readonly amount: string;
  readonly record: OpenCharge | null;
  readonly note: LegNote | null;
  readonly orphans: 'beat' | 'free';
}

/** What one sweep did. */
export interface Swept {
  readonly closed: number;
  readonly poison: number;
}

/**
 * Closes calls whose boot is not live (money rules R1, R2, R6). Every node does so every second,
 * whoever marked the boot; `close_calls` lets each call be charged once. Throws the store's fault.
 */
export async function sweepHolds(caller: MoneyCaller): Promise<Swept> {
  const swept = { closed: 0, poison: 0 };
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const { found, closed, poison } = await sweepSome(caller);
    swept.closed += closed;
    swept.poison += poison;
    if (found < HOLDS_MAX) break;
  }
  return swept;
}

async function sweepSome(caller: MoneyCaller): Promise<Swept & { readonly found: number }> {
  const rows = await caller.call<Row>(
    `select h.charge_id as charge, h.boot, h.side, h.tenant_id as "tenantId",
       h.trunk_id as "trunkId", h.answered_at as answered,
       coalesce(b.last_seen, h.admitted_at) as "lastSeen", h.amount, h.record, h.note,
       coalesce(p.orphans, 'beat') as orphans
     from holds h
     left join node_boots b on b.boot = h.boot
     left join billing_policies p on p.tenant_id = h.tenant_id and h.side = 'sale'
     where not h.is_void and b.state is distinct from 'live'
     order by h.charge_id limit ${HOLDS_MAX}`,
  );
  if (rows.length === 0) return { found: 0, closed: 0, poison: 0 };
  const records: WrittenRecord[] = [];
  let poison = 0;
  for (const row of rows) {
    const record = readOrphan(row);
    if (record !== undefined) records.push(writeRecord(record));
    else {
      poison++;
      await setAside(caller, unreadable(row), 'the hold has no readable record');
    }
  }
  const settled = await settleBatch(caller, records);
  const found = rows.length;
  return { found, closed: settled.answers.length, poison: poison + settled.poison.length };
}

/** Forgets tombstones of boots that live no more, and those that have served their time. */
export async function dropTombstones(caller: MoneyCaller): Promise<void> {
  await caller.call(
    `delete from holds h where h.is_void and (
       h.admitted_at < clock_timestamp() - interval '${TOMBSTONE_MINUTES} minutes'
       or not exists (select 1 from node_boots b where b.boot = h.boot and b.state = 'live'))`,
  );
}

function readOrphan(row: Row): CloseRecord | undefined {
  try {
    if (row.record?.charge !== row.charge) return undefined;
    return orphanRecord({
      open: { ...row.record, ...row.note },
      answeredAt: row.answered?.getTime(),
      lastSeenAt: row.lastSeen.getTime(),
      heldAmount: row.amount,
      isFree: row.orphans === 'free',
    });
  } catch {
    return undefined;
  }
}

/** What can be said of a hold whose record is none: enough to free it, and to look at it. */
function unreadable({ charge, boot, side, tenantId, trunkId, amount, record }: Row): CloseRecord {
  return {
    charge,
    side,
    boot,
    by: 'orphan',
    tenantId: tenantId === null ? null : String(tenantId),
    trunkId: trunkId === null ? null : String(trunkId),
    currency: '',
    amount,
    billedSeconds: 0,
    startedAt: 0,
    cdr: { record: JSON.stringify(record) },
  };
}
