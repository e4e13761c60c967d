import { createSocket } from 'node:dgram';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, NatsServer, type TestCertificate } from '@tandem/testing';
import { openTestDatabase, type TestDatabase } from '@tandem/store/testing';
import { findTool } from '../../scripts/tools.mjs';
import { NodeProcess } from './node-process.ts';
import { runTandem, tandemProgram } from './run-tandem.ts';

/** Whether nodes can be joined here; tests of several nodes say loudly when not. */
export const hasNats = findTool('nats-server') !== undefined;

/** What a cluster of processes may differ in. */
export interface ClusterOptions {
  readonly nodes?: number;
  /** Lines of the one clustering.conf, beside nats and database. */
  readonly conf?: string;
  readonly users?: readonly string[];
  /** With it each node listens by TLS, too. */
  readonly certificate?: TestCertificate;
  /** Further `--set` of each node. */
  readonly settings?: readonly string[];
  /** Further `--set` of the node of that name. */
  readonly settingsOf?: (name: string) => readonly string[];
  /** For Node itself, such as `--cpu-prof`. */
  readonly nodeArguments?: readonly string[];
  /** bin/tandem of each node in turn, to compare trees; this tree's by default. */
  readonly programs?: readonly string[];
  /** What starts a node, given the folder of its state; see `NodeProcessOptions`. */
  readonly prefix?: (stateDirectory: string) => readonly string[];
  /** Its own Postgres, ended with the cluster; one database of the tests' server by default. */
  readonly database?: TestDatabase;
}

/**
 * Real nodes on this machine, each a process, with a real NATS and a real Postgres: what an
 * operator would have. One conf, as he would write it; each node has a loopback address.
 */
export class ProcessCluster implements AsyncDisposable {
  private constructor(
    readonly nodes: readonly NodeProcess[],
    readonly nats: NatsServer,
    readonly database: TestDatabase,
    readonly directory: string,
    readonly conf: string,
  ) {}

  /** Starts it; resolves when every node takes calls. */
  static async start(options: ClusterOptions = {}): Promise<ProcessCluster> {
    const directory = await mkdtemp(path.join(tmpdir(), 'tandem-cluster-'));
    const [nats, database] = await Promise.all([
      NatsServer.start('', findTool('nats-server')?.path),
      options.database ?? openTestDatabase(),
    ]);
    const conf = path.join(directory, 'c.conf');
    const lines = [
      options.conf ?? '',
      `[nats]\nservers=${nats.url}`,
      `[database]\nurl=${database.url}`,
    ];
    await writeFile(conf, `${lines.join('\n')}\n`);
    const names = Array.from({ length: options.nodes ?? 3 }, (_, index) => `node${index + 1}`);
    const nodes = await Promise.all(
      names.map(async (name, index) => {
        const sipHost = `127.0.0.${11 + index}`;
        const [sipPort, apiPort] = await Promise.all([freeUdpPort(sipHost), freePort()]);
        const tlsPort = options.certificate === undefined ? undefined : await freePort(sipHost);
        const place = {
          name,
          sipHost,
          sipPort,
          apiPort,
          ...(tlsPort !== undefined && { tlsPort }),
        };
        const secure = tlsPort === undefined ? '' : `, tls:${sipHost}:${tlsPort}`;
        const settings = [
          `sip.listen=udp:${sipHost}:${sipPort}, tcp:${sipHost}:${sipPort}${secure}`,
          `console.listen=127.0.0.1:${apiPort}`,
          ...(await writeCertificate(options.certificate, directory)),
          ...(options.settings ?? []),
          ...(options.settingsOf?.(name) ?? []),
        ];
        const sets = settings.flatMap((setting) => ['--set', setting]);
        const args = ['start', '--config', conf, '--node', name, ...sets];
        const { nodeArguments = [], programs = [] } = options;
        const program = programs[index] ?? tandemProgram;
        const prefix = options.prefix?.(path.join(directory, 'data', name)) ?? [];
        const start = { arguments: args, cwd: directory, nodeArguments, program, prefix };
        return new NodeProcess(place, start);
      }),
    );
    const cluster = new ProcessCluster(nodes, nats, database, directory, conf);
    try {
      await Promise.all(nodes.map((node) => node.start()));
      if (options.users !== undefined) await cluster.addUsers(options.users);
    } catch (fault) {
      await cluster[Symbol.asyncDispose]();
      throw fault;
    }
    return cluster;
  }

  /** The node of that number, from 1. */
  node(number: number): NodeProcess {
    const node = this.nodes[number - 1];
    if (node === undefined) throw new Error(`there is no node ${number}`);
    return node;
  }

  /** Makes users whose password is `secret-<name>`, by `tandem apply`. */
  async addUsers(names: readonly string[]): Promise<void> {
    const file = path.join(this.directory, 'users.json');
    const users = names.map((name) => ({ name, password: `secret-${name}` }));
    await writeFile(file, JSON.stringify({ users }));
    const result = await this.tandem(['apply', file, '--config', this.conf]);
    if (result.code !== 0) throw new Error(`apply failed: ${result.stderr}${result.stdout}`);
  }

  /** Runs a verb of bin/tandem in the cluster's directory. */
  async tandem(args: readonly string[], input?: string) {
    return await runTandem(args, {
      cwd: this.directory,
      ...(input === undefined ? undefined : { input }),
    });
  }

  /** Sums up one metric over all nodes that answer. */
  async metric(name: string): Promise<number> {
    const values = await Promise.all(this.nodes.map((node) => node.metric(name).catch(() => 0)));
    return values.reduce((sum, value) => sum + value, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
    await this.nats[Symbol.asyncDispose]();
    await this.database[Symbol.asyncDispose]();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Writes a certificate with its key, and says in the words of `[sip]` where they are. */
async function writeCertificate(
  given: TestCertificate | undefined,
  directory: string,
): Promise<readonly string[]> {
  if (given === undefined) return [];
  const [certificate, key] = [path.join(directory, 'tls.pem'), path.join(directory, 'tls.key')];
  await writeFile(certificate, given.certificate);
  await writeFile(key, given.key);
  return [`sip.tlsCertificate=${certificate}`, `sip.tlsKey=${key}`];
}

/** A UDP port of that address that nobody uses now, free for TCP too as far as one can tell. */
async function freeUdpPort(host: string): Promise<number> {
  const port = await freePort(host);
  const isFree = await new Promise<boolean>((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(false));
    socket.bind(port, host, () => socket.close(() => resolve(true)));
  });
  return isFree ? port : await freeUdpPort(host);
}
