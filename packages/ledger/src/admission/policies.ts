import { type Micros, parseMicros } from '@tandem/messages';
import type { MoneyCaller } from '../books/money-caller.ts';

/** What a tenant may do while the database is away. */
export interface AwayPolicy {
  readonly databaseAway: 'held' | 'postpaid' | 'refuse';
  /** With `postpaid`: what one node may let the tenant spend unseen. */
  readonly awayLimitMicros: Micros;
}

/** Without a row of its own a tenant is prepaid: calls go on within what is held. */
const PREPAID: AwayPolicy = { databaseAway: 'held', awayLimitMicros: 0n };

interface Row {
  readonly tenantId: bigint;
  readonly databaseAway: AwayPolicy['databaseAway'];
  readonly awayLimit: string;
}

interface BalanceRow {
  readonly id: bigint;
  readonly available: string;
}

/**
 * What this node knows without asking: policies for the time when the database is away, balances
 * for `admission = node`, and which trunks have limits. Read again every few seconds; what was
 * read last counts while the database is away.
 */
export class Policies {
  #away = new Map<string, AwayPolicy>();
  #available = new Map<string, Micros>();
  #limitedTrunks = new Set<string>();
  /** Let go unseen and in no hold and no balance yet, by tenant. */
  readonly #unseen = new Map<string, Micros>();

  /** Reads all anew. Throws the store's fault. */
  async read(caller: MoneyCaller): Promise<void> {
    const policies = await caller.call<Row>(
      `select tenant_id as "tenantId", database_away as "databaseAway", away_limit as "awayLimit"
       from billing_policies`,
    );
    const trunks = await caller.call<{ id: bigint }>(
      `select id from trunks where max_calls > 0 or max_calls_per_second > 0`,
    );
    this.#away = new Map(
      policies.map(({ tenantId, databaseAway, awayLimit }) => [
        String(tenantId),
        { databaseAway, awayLimitMicros: parseMicros(awayLimit) ?? 0n },
      ]),
    );
    this.#limitedTrunks = new Set(trunks.map(({ id }) => String(id)));
  }

  /** Reads what tenants have; only `admission = node` needs it. Throws the store's fault. */
  async readBalances(caller: MoneyCaller): Promise<void> {
    const rows = await caller.call<BalanceRow>(
      `select id, balance + credit_limit - held as available from tenants where is_active`,
    );
    this.#available = new Map(
      rows.map(({ id, available }) => [String(id), parseMicros(available) ?? 0n]),
    );
  }

  /** What the tenant had when balances were read last; undefined: no tenant in service. */
  availableTo(tenantId: string): Micros | undefined {
    return this.#available.get(tenantId);
  }

  /** The tenant's policy. */
  awayOf(tenantId: string): AwayPolicy {
    return this.#away.get(tenantId) ?? PREPAID;
  }

  /** Whether that trunk has limits, so that its answer is waited for. */
  isLimited(trunkId: string): boolean {
    return this.#limitedTrunks.has(trunkId);
  }

  /** Lets a postpaid tenant spend that much unseen, or says no. */
  spendUnseen(tenantId: string, amountMicros: Micros): boolean {
    const { databaseAway, awayLimitMicros } = this.awayOf(tenantId);
    const spent = (this.#unseen.get(tenantId) ?? 0n) + amountMicros;
    if (databaseAway !== 'postpaid' || spent > awayLimitMicros) return false;
    this.#unseen.set(tenantId, spent);
    return true;
  }

  /** What was spent unseen is held by the database now, or charged, or not spent after all. */
  seen(tenantId: string, amountMicros: Micros): void {
    const left = (this.#unseen.get(tenantId) ?? 0n) - amountMicros;
    if (left > 0n) this.#unseen.set(tenantId, left);
    else this.#unseen.delete(tenantId);
  }

  /** The largest sum that this node may let all tenants spend unseen. */
  get awayBoundMicros(): Micros {
    let bound = 0n;
    for (const { databaseAway, awayLimitMicros } of this.#away.values()) {
      if (databaseAway === 'postpaid') bound += awayLimitMicros;
    }
    return bound;
  }
}
