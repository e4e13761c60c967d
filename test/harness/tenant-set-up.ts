import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { NodeRow } from '@tandem/console';
import { eventually } from './eventually.ts';
import type { ProcessCluster } from './process-cluster.ts';

/** What the tenant of a test has on its account, USD. */
const BALANCE = '100000';

/** One tenant that calls from an address, and one carrier that carries all of it. */
export interface TenantPlaces {
  /** Address of the customer. */
  readonly customer: string;
  /** `host:port` of the carrier. */
  readonly carrier: string;
}

/** Makes the tenant `acme` with money and a carrier; resolves when every node knows them. */
export async function setUpTenant(cluster: ProcessCluster, places: TenantPlaces): Promise<void> {
  const file = path.join(cluster.directory, 'tenant.json');
  await writeFile(file, JSON.stringify(documentOf(places)));
  await mustDo(cluster, ['apply', file, '--config', cluster.conf]);
  await mustDo(cluster, ['recharge', 'acme', BALANCE, '--config', cluster.conf]);
  await eventually('every node knows the decks', () => isKnownEverywhere(cluster), 20_000);
}

async function isKnownEverywhere(cluster: ProcessCluster): Promise<boolean> {
  const { nodes } = await cluster.node(1).api<{ nodes: NodeRow[] }>('/nodes');
  return nodes.length === cluster.nodes.length && nodes.every(({ decks }) => decks.length === 2);
}

async function mustDo(cluster: ProcessCluster, args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await cluster.tandem(args);
  if (code !== 0) throw new Error(`tandem ${args[0]} failed: ${stdout}${stderr}`);
}

function documentOf({ customer, carrier }: TenantPlaces): object {
  const steps = { first: 1, next: 1, connectFee: '0' };
  return {
    decks: [
      {
        name: 'sell',
        kind: 'sell',
        currency: 'USD',
        rates: [{ prefix: '1', rate: '0.06', ...steps }],
      },
      {
        name: 'buy',
        kind: 'buy',
        currency: 'USD',
        rates: [{ prefix: '', rate: '0.01', ...steps }],
      },
    ],
    trunks: [
      { name: 'acme-in', direction: 'inbound', sources: [`${customer}/32`] },
      { name: 'carrier', direction: 'outbound', address: `sip:${carrier}`, deck: 'buy' },
    ],
    profiles: [{ name: 'std', order: 'priority', routes: [{ trunk: 'carrier', priority: 1 }] }],
    tenants: [
      {
        name: 'acme',
        currency: 'USD',
        creditLimit: '0',
        deck: 'sell',
        profile: 'std',
        trunks: ['acme-in'],
        countries: 'any',
        maxCallsPerSecond: 0,
        maxCalls: 0,
      },
    ],
  };
}
