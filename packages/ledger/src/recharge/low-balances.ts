import type { Bus, Log } from '@tandem/engine';
import type { MoneyCaller } from '../books/money-caller.ts';

/** Tenants told of at one look. */
const TENANTS_MAX = 1_000;

/** A node that tells alerts has done so by then, or has died, s. */
const CLAIM_SECONDS = 30;

interface Row {
  readonly id: bigint;
  readonly tenant: string;
  readonly currency: string;
  readonly balance: string;
  readonly below: string;
}

/**
 * Tells once for all nodes when a balance has fallen below its tenant's threshold; what a node that
 * died was about to tell is told by another, half a minute later.
 */
export class LowBalances {
  readonly #bus: Bus;
  readonly #log: Log;
  /** Tenants whose balance is low, as of the last look. */
  low = 0;
  /** Alerts that this node told. */
  told = 0;

  constructor(bus: Bus, log: Log) {
    this.#bus = bus;
    this.#log = log;
  }

  /** Looks at those that have a threshold. Throws the store's fault. */
  async look(caller: MoneyCaller): Promise<void> {
    const rows = await caller.call<Row>(
      `select id, tenant, currency, balance, below
       from find_low_balances_2($1, $2 * interval '1 second')`,
      [TENANTS_MAX, CLAIM_SECONDS],
    );
    for (const { id, ...alert } of rows) {
      this.told++;
      this.#log.warn('a balance is low', { ...alert });
      await this.#bus.tell('balance.low', alert);
      await caller.call('delete from balance_alerts where id = $1', [id]);
    }
    const [count] = await caller.call<{ low: bigint }>(
      'select count(*) as low from billing_policies where is_low',
    );
    this.low = Number(count?.low ?? 0);
  }
}
