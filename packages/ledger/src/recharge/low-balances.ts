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

/** Tells once when a balance has fallen below its tenant's threshold. */
export class LowBalances {
  readonly #bus: Bus;
  readonly #log: Log;
  #low = new Set<string>();

  constructor(bus: Bus, log: Log) {
    this.#bus = bus;
    this.#log = log;
  }

  /** Looks at those that have a threshold. Throws the store's fault. */
  async look(caller: MoneyCaller): Promise<void> {
    const rows = await caller.call<Row>(
      `select t.name as tenant, t.currency, t.balance, p.low_balance as below
       from billing_policies p join tenants t on t.id = p.tenant_id
       where t.balance < p.low_balance order by t.id limit ${TENANTS_MAX}`,
    );
    const known = this.#low;
    this.#low = new Set(rows.map(({ tenant }) => tenant));
    for (const row of rows) {
      if (known.has(row.tenant)) continue;
      this.#log.warn('a balance is low', { ...row });
      await this.#bus.tell('balance.low', row);
    }
  }
}
