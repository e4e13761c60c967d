import type { Reading } from '@tandem/messages';
import type { MoneyCaller } from './money-caller.ts';

/** Tenants with series of their own: those with the most calls. */
const TENANTS_MAX = 1_000;

interface Row {
  readonly tenant: string;
  readonly currency: string;
  readonly held: string;
  readonly active: number;
  readonly callsMax: number | null;
}

/** What tenants hold and use of their limits, over the whole cluster, as read last. */
export class TenantLimits {
  #rows: readonly Row[] = [];

  /** Reads all anew. Throws the store's fault. */
  async read(caller: MoneyCaller): Promise<void> {
    this.#rows = await caller.call<Row>(
      `select name as tenant, currency, held, active, nullif(max_calls, 0) as "callsMax"
       from tenants order by active desc, id limit ${TENANTS_MAX}`,
    );
  }

  /** The same on every node: take the largest, not the sum. */
  get readings(): readonly Reading[] {
    return this.#rows.flatMap(({ tenant, currency, held, active, callsMax }) => {
      const limit = { limit: 'calls', tenant };
      return [
        gauge(
          'tandem_balance_held',
          'Money held for calls in progress, in units of the currency, over the whole cluster.',
          // A gauge for people; money itself is never a float.
          Number(held),
          { tenant, currency },
        ),
        gauge('tandem_limit_in_use', 'Used of a limit, over the whole cluster.', active, limit),
        ...(callsMax === null
          ? []
          : [gauge('tandem_limit_max', 'The limit; without one there is none.', callsMax, limit)]),
      ];
    });
  }
}

function gauge(
  name: string,
  help: string,
  value: number,
  labels: Readonly<Record<string, string>>,
): Reading {
  return { name, help, kind: 'gauge', value, labels };
}
