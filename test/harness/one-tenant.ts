import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { eventually } from './eventually.ts';
import type { ProcessCluster } from './process-cluster.ts';

/** A tenant known by its address, its money, and one carrier. */
export interface OneTenant {
  /** Where its calls come from. */
  readonly source: string;
  /** `host:port` of the carrier. */
  readonly carrier: string;
  readonly balance: string;
  /** Further keys of the tenant, such as `maxCalls`. */
  readonly tenant?: Readonly<Record<string, unknown>>;
  /** Further keys of the carrier's trunk. */
  readonly trunk?: Readonly<Record<string, unknown>>;
  /** Price of a minute; by the second, calls to 1… only. */
  readonly perMinute?: string;
}

/** Applies the set-up of tenant `acme`, pays in, and waits until every node knows of it. */
export async function furnishOneTenant(cluster: ProcessCluster, one: OneTenant): Promise<void> {
  const { source, carrier, balance, tenant = {}, trunk = {}, perMinute = '0.60' } = one;
  const rate = { prefix: '1', first: 1, next: 1, connectFee: '0' };
  const deck = (name: string, kind: string, price: string): object => ({
    name,
    kind,
    currency: 'USD',
    rates: [{ ...rate, rate: price }],
  });
  const setUp = {
    decks: [deck('sell-a', 'sell', perMinute), deck('buy-a', 'buy', '0.10')],
    trunks: [
      { name: 'acme-in', direction: 'inbound', sources: [`${source}/32`] },
      {
        name: 'carrier-1',
        direction: 'outbound',
        address: `sip:${carrier}`,
        deck: 'buy-a',
        ...trunk,
      },
    ],
    profiles: [{ name: 'std', order: 'priority', routes: [{ trunk: 'carrier-1', priority: 1 }] }],
    tenants: [
      {
        name: 'acme',
        currency: 'USD',
        creditLimit: '0',
        deck: 'sell-a',
        profile: 'std',
        trunks: ['acme-in'],
        countries: 'any',
        ...tenant,
      },
    ],
  };
  const file = path.join(cluster.directory, 'one-tenant.json');
  await writeFile(file, JSON.stringify(setUp));
  const conf = ['--config', cluster.conf];
  for (const verb of [
    ['apply', file],
    ['recharge', 'acme', balance],
  ]) {
    const { code, stdout, stderr } = await cluster.tandem([...verb, ...conf]);
    if (code !== 0) throw new Error(`${verb[0]}: ${stderr}${stdout}`);
  }
  await eventually(
    'every node knows the decks',
    async () => {
      const { nodes } = await cluster.node(1).api<{ nodes: { decks: unknown[] }[] }>('/nodes');
      const know = nodes.filter(({ decks }) => decks.length >= 2);
      return know.length === cluster.nodes.length;
    },
    30_000,
  );
}

/** What a tenant has, and what of it is held. */
export async function sumsOf(
  { database }: ProcessCluster,
  tenant = 'acme',
): Promise<{ readonly balance: string; readonly held: string; readonly active: number }> {
  const [row] = await database.query<{ balance: string; held: string; active: number }>(
    'select balance, held, active from tenants where name = $1',
    [tenant],
  );
  if (row === undefined) throw new Error(`there is no tenant ${tenant}`);
  return row;
}

/** Fails unless the books are sound: what `tandem reconcile` says otherwise. */
export async function proveBooks(cluster: ProcessCluster): Promise<void> {
  const { code, stdout, stderr } = await cluster.tandem(['reconcile', '--config', cluster.conf]);
  if (code !== 0) throw new Error(`reconcile: ${stdout}${stderr}`);
}
