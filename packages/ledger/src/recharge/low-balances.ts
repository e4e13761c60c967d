import type { Bus, Log } from '@tandem/engine';
import type { MoneyCaller } from '../books/money-caller.ts';

/** Tenants told of at one look. */
const TENANTS_MAX = 1_000;

interface Row {
  readonly tenant: string;
  readonly currency: string;
  readonly balance: string;
  readonly below: string;
}

/** Tells once for all nodes when a balance has fallen below its tenant's threshold. */
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
      'select tenant, currency, balance, below from find_low_balances_1($1)',
      [TENANTS_MAX],
    );
    for (const row of rows) {
      this.told++;
      this.#log.warn('a balance is low', { ...row });
      await this.#bus.tell('balance.low', row);
    }
    const [count] = await caller.call<{ low: bigint }>(
      'select count(*) as low from billing_policies where is_low',
    );
    this.low = Number(count?.low ?? 0);
  }
}
