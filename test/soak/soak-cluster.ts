import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TestServer } from '@tandem/store/testing';
import { eventually } from '../harness/eventually.ts';
import { ProcessCluster } from '../harness/process-cluster.ts';
import { watchHolds } from './hold-watch.ts';

/** Talk that is held at once: short, so that many calls are extended. */
const SLICE = '10s';

/** What a soak runs on. */
export interface SoakCluster extends AsyncDisposable {
  readonly cluster: ProcessCluster;
  readonly database: TestServer;
}

/** Three nodes on a Postgres and a NATS that may be killed, with every movement of holds noted. */
export async function startSoakCluster(): Promise<SoakCluster> {
  const database = await TestServer.start();
  try {
    const settings = [`ledger.slice=${SLICE}`];
    const cluster = await ProcessCluster.start({ database, settings });
    await watchHolds(database);
    const end = () => cluster[Symbol.asyncDispose]();
    return { cluster, database, [Symbol.asyncDispose]: end };
  } catch (fault) {
    await database[Symbol.asyncDispose]();
    throw fault;
  }
}

/** Applies a set-up, pays in, sets policies; resolves when every node knows of it. */
export async function furnish(
  cluster: ProcessCluster,
  setUp: object,
  customers: readonly {
    readonly name: string;
    readonly balance: string;
    readonly awayLimit?: string;
    readonly orphans?: 'free';
  }[],
): Promise<void> {
  const file = path.join(cluster.directory, 'set-up.json');
  await writeFile(file, JSON.stringify(setUp));
  const applied = await cluster.tandem(['apply', file, '--config', cluster.conf]);
  if (applied.code !== 0) throw new Error(`apply: ${applied.stderr}${applied.stdout}`);
  for (const { name, balance, awayLimit, orphans } of customers) {
    await post(cluster, `/tenants/${name}/recharges`, 'POST', {
      amount: balance,
      reference: `begin-${name}`,
    });
    const policy = {
      ...(awayLimit !== undefined && { databaseAway: 'postpaid', awayLimit }),
      ...(orphans !== undefined && { orphans }),
    };
    await post(cluster, `/tenants/${name}/billing-policy`, 'PUT', policy);
  }
  await eventually(
    'every node knows the decks',
    async () => {
      const { nodes } = await cluster.node(1).api<{ nodes: { decks: unknown[] }[] }>('/nodes');
      return nodes.length === 3 && nodes.every(({ decks }) => decks.length >= 2);
    },
    30_000,
  );
}

async function post(
  cluster: ProcessCluster,
  resource: string,
  method: string,
  body: object,
): Promise<void> {
  const response = await fetch(cluster.node(1).url(`/api/v1${resource}`), {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${resource}: ${response.status} ${await response.text()}`);
}
