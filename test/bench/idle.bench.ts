import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { freePort } from '@tandem/testing';
import { cpuTimeMs } from '../harness/cpu-time.ts';
import { pause } from '../harness/eventually.ts';
import type { NodeProcess } from '../harness/node-process.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';
import { hasSipp, Sipp } from '../harness/sipp.ts';
import type { BenchResult, BenchRow } from './dispatch.bench.ts';

/*
 * What a node costs that does nothing: CPU of a node of a cluster (NATS, Postgres, journal) without
 * phones, and with 10,000 registrations (expiry 3,600 s) whose phones send a keep-alive of four
 * bytes (CRLF CRLF, RFC 5626 §3.5.1) each 30 s.
 *
 *   npm run bench -- idle [--json]
 */

const PHONES = 10_000;
const REGISTERS_PER_SECOND = 200;
const KEEP_ALIVE_SECONDS = 30;
/** Sockets that the keep-alives come from, in turn. */
const SOURCES = 100;
const PHONE_HOST = '127.0.0.36';
/** Nothing of what went before is left: the last transaction is gone, and what it held. */
const QUIET_MS = 40_000;
const SECONDS = 60;
const BOUND_PERCENT = 2;
const STEP_MS = 15;

/** Runs the bench. */
export async function run(): Promise<BenchResult> {
  const names = Array.from({ length: PHONES }, (_, index) => `idler${index}`);
  await using cluster = await ProcessCluster.start({ nodes: 1, users: names });
  const node = cluster.node(1);
  await pause(QUIET_MS);
  const withoutPhones = await cpuPercent(node, SECONDS);
  const result = await Sipp.run({
    scenario: 'register-many',
    remote: node.sip,
    localHost: PHONE_HOST,
    localPort: await freePort(PHONE_HOST),
    fields: names.map(
      (name) => `${name};[authentication username=${name} password=secret-${name}]`,
    ),
    calls: PHONES,
    callsPerSecond: REGISTERS_PER_SECOND,
  });
  await using phones = await KeepAlives.start(node);
  await pause(QUIET_MS);
  const withPhones = await cpuPercent(node, SECONDS);
  const sent = phones.perSecond;
  const rows: BenchRow[] = [
    { what: 'an idle node, CPU', value: withoutPhones, unit: '%' },
    { what: 'registrations', value: result.successful, unit: 'phones' },
    { what: 'keep-alives', value: sent, unit: '/s' },
    { what: `with ${PHONES} idle phones, CPU`, value: withPhones, unit: '%', bound: BOUND_PERCENT },
    { what: 'malformed input', value: await malformed(node), unit: 'datagrams', bound: 0 },
  ];
  return { name: 'idle', rows };
}

/** The phones' keep-alives, until disposed. */
class KeepAlives implements AsyncDisposable {
  #sent = 0;
  readonly #startedMs = performance.now();
  readonly #timer: NodeJS.Timeout;

  private constructor(
    readonly sockets: readonly Socket[],
    { sipHost, sipPort }: NodeProcess['place'],
  ) {
    const bytes = Buffer.from('\r\n\r\n');
    this.#timer = setInterval(() => {
      const elapsedSeconds = (performance.now() - this.#startedMs) / 1_000;
      const due = (elapsedSeconds * PHONES) / KEEP_ALIVE_SECONDS;
      for (; this.#sent < due; this.#sent++) {
        sockets[this.#sent % SOURCES]?.send(bytes, sipPort, sipHost);
      }
    }, STEP_MS);
  }

  static async start(node: NodeProcess): Promise<KeepAlives> {
    const sockets = Array.from({ length: SOURCES }, () => createSocket('udp4'));
    for (const socket of sockets) {
      socket.bind(0, PHONE_HOST);
      await once(socket, 'listening');
    }
    return new KeepAlives(sockets, node.place);
  }

  get perSecond(): number {
    return Math.round(this.#sent / ((performance.now() - this.#startedMs) / 1_000));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.sockets.map((socket) => new Promise<void>((end) => socket.close(end))));
  }
}

/** CPU of a node in that time, % of one core. */
async function cpuPercent(node: NodeProcess, seconds: number): Promise<number> {
  const pid = node.pid ?? 0;
  const beforeMs = await cpuTimeMs(pid);
  await pause(seconds * 1_000);
  return Math.round(((await cpuTimeMs(pid)) - beforeMs) / seconds) / 10;
}

async function malformed(node: NodeProcess): Promise<number> {
  return await node.metric('tandem_sip_malformed_total');
}

if (process.argv[1] === import.meta.filename) {
  if (!hasSipp || !hasNats) {
    console.error(
      'SKIPPED, LOUDLY: this bench needs sipp and nats-server; npm run setup -- --test',
    );
    process.exit(1);
  }
  const result = await run();
  if (process.argv.includes('--json')) console.log(JSON.stringify(result));
  else console.table(result.rows);
}
