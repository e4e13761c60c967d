import { freePort } from '@tandem/testing';
import { eventually } from './eventually.ts';
import { Kamailio } from './kamailio.ts';
import type { NodeProcess } from './node-process.ts';
import { ProcessCluster } from './process-cluster.ts';
import { Sipp, type SippResult } from './sipp.ts';
import { setUpTenant } from './tenant-set-up.ts';

const BALANCER = '127.0.0.35';
const CUSTOMER = '127.0.0.36';
const CARRIER = '127.0.0.37';
/** How long one node may take to drain; calls talk for a second. */
const DRAIN_MAX_SECONDS = 60;

/** What is restarted under which load. */
export interface RollingRestartPlan {
  readonly nodes: number;
  /** Numbers of the nodes to restart, one after the other. */
  readonly restarted: readonly number[];
  readonly callsPerSecond: number;
}

/** What came of it. */
export interface RollingRestartReport {
  readonly load: SippResult;
  /** Calls charged, and whether the books agree. */
  readonly charged: number;
  readonly isClean: boolean;
  /** From the word to drain until the node took calls again, ms, for each restarted node. */
  readonly tookMs: readonly number[];
}

/**
 * A cluster behind the load balancer that ships, a tenant's calls through it to a carrier, and
 * nodes that are drained, end, and are started again, one after the other.
 */
export async function restartInTurn(plan: RollingRestartPlan): Promise<RollingRestartReport> {
  await using cluster = await ProcessCluster.start({
    nodes: plan.nodes,
    conf: `[sip]\ntrustedProxies=${BALANCER}`,
  });
  const phone = { localHost: CARRIER, localPort: await freePort(CARRIER) };
  const carrier = `${phone.localHost}:${phone.localPort}`;
  await setUpTenant(cluster, { customer: CUSTOMER, carrier });
  await using balancer = await Kamailio.start(
    BALANCER,
    cluster.nodes.map(({ sip }) => sip),
  );
  await eventually('the balancer knows every node', () => isProbed(cluster.nodes), 20_000);
  await using _answering = await Sipp.start({
    scenario: 'ring-and-answer',
    receiveTimeoutMs: 120_000,
    ...phone,
  });
  await using callers = await Sipp.start({
    scenario: 'call-from-known-source',
    remote: balancer.place,
    service: '12025550100',
    localHost: CUSTOMER,
    localPort: await freePort(CUSTOMER),
    callsPerSecond: plan.callsPerSecond,
  });
  const tookMs: number[] = [];
  for (const number of plan.restarted) {
    const node = cluster.node(number);
    await eventually(`${node.name} has calls`, async () => (await node.metric('tandem_calls')) > 0);
    tookMs.push(await restart(cluster, node));
  }
  const last = cluster.node(plan.restarted.at(-1) ?? 1);
  await eventually('calls are back', async () => (await last.metric('tandem_calls')) > 0, 20_000);
  callers.endGracefully();
  const load = await callers.result();
  const charged = await eventually(
    'every call is charged',
    async () => {
      const rows = await cluster.database.query<{ count: number; held: number }>(
        'select (select count(*)::int from charges) as count, (select count(*)::int from holds) as held',
      );
      return rows[0]?.held === 0 && rows[0].count;
    },
    30_000,
  );
  const { stdout } = await cluster.tandem(['reconcile', '--json', '--config', cluster.conf]);
  const { isClean } = JSON.parse(stdout) as { readonly isClean: boolean };
  return { load, charged, isClean, tookMs };
}

/** As an operator does it: drain, wait until it has ended, start it again. */
async function restart(cluster: ProcessCluster, node: NodeProcess): Promise<number> {
  const beganMs = performance.now();
  const args = ['drain', '--wait', '--timeout', String(DRAIN_MAX_SECONDS), '--api', node.url('')];
  const { code, stdout, stderr } = await cluster.tandem(args);
  if (code !== 0) {
    const said = `${stdout}${stderr}${node.output.slice(-4_000)}`;
    throw new Error(`${node.name} did not drain: ${said}`);
  }
  const exit = await node.ended();
  if (exit !== 0) throw new Error(`${node.name} ended with ${exit}:\n${node.output}`);
  await node.start();
  return Math.round(performance.now() - beganMs);
}

async function isProbed(nodes: readonly NodeProcess[]): Promise<boolean> {
  const probes = nodes.map(async (node) => {
    const text = await (await fetch(node.url('/metrics'))).text();
    return /received_total\{.*kind="OPTIONS".*\} [1-9]/.test(text);
  });
  return (await Promise.all(probes)).every(Boolean);
}
