import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@tandem/testing';
import { findTool } from '../../scripts/tools.mjs';

const CONFIGURATION = fileURLToPath(new URL('../../deploy/kamailio.cfg', import.meta.url));
/** A carrier that one registers with, as `acme` with the password `secret`. */
const CARRIER = fileURLToPath(new URL('carrier.cfg', import.meta.url));
const END_MS = 3_000;

const tool = findTool('kamailio');
const environment = { ...process.env, ...tool?.env };
/** A copy that set-up unpacked has its modules beside it. */
const moduleArguments = modulesOf(tool?.root);

/** Whether Kamailio is here with the modules that the example needs; tests say loudly when not. */
export const hasKamailio =
  tool !== undefined &&
  spawnSync(
    tool.path,
    ['-c', '-f', CONFIGURATION, '-A', 'NODES_FILE="/dev/null"', ...moduleArguments],
    { env: environment },
  ).status === 0;

function modulesOf(root: string | undefined): readonly string[] {
  if (root === undefined) return [];
  const libraries = path.join(root, 'usr/lib');
  const folders = readdirSync(libraries).map((name) =>
    path.join(libraries, name, 'kamailio/modules'),
  );
  return folders.filter((folder) => existsSync(folder)).flatMap((folder) => ['-L', `${folder}/`]);
}

/** A real Kamailio as a process: a load balancer, or a carrier. */
export class Kamailio implements AsyncDisposable {
  #output = '';

  private constructor(
    readonly process: ChildProcess,
    readonly directory: string,
    /** `host:port` where it listens. */
    readonly place: string,
  ) {
    const keep = (chunk: unknown): void => {
      this.#output = (this.#output + String(chunk)).slice(-20_000);
    };
    process.stderr?.on('data', keep);
    process.stdout?.on('data', keep);
  }

  /** What it printed. */
  get output(): string {
    return this.#output;
  }

  /** Starts the configuration that ships at that address; `nodes` are `host:port`. */
  static async start(host: string, nodes: readonly string[]): Promise<Kamailio> {
    const directory = await mkdtemp(path.join(tmpdir(), 'tandem-kamailio-'));
    const list = path.join(directory, 'nodes.list');
    await writeFile(list, nodes.map((node) => `1 sip:${node} 0\n`).join(''));
    return await Kamailio.#run(CONFIGURATION, host, directory, ['-A', `NODES_FILE="${list}"`]);
  }

  /** Starts a carrier at that address: a registrar whose account is `acme`, its password `secret`. */
  static async startCarrier(host: string): Promise<Kamailio> {
    const directory = await mkdtemp(path.join(tmpdir(), 'tandem-carrier-'));
    return await Kamailio.#run(CARRIER, host, directory, []);
  }

  static async #run(
    configuration: string,
    host: string,
    directory: string,
    defines: readonly string[],
  ): Promise<Kamailio> {
    const place = `${host}:${await freePort(host)}`;
    const fixed = ['-DD', '-E', '-f', configuration, '-m', '32', '-M', '4'];
    const files = ['-Y', directory, '-P', path.join(directory, 'kamailio.pid')];
    const child = spawn('kamailio', [
      ...fixed,
      ...files,
      '-A',
      `LISTEN_AT=udp:${place}`,
      ...defines,
    ]);
    return new Kamailio(child, directory, place);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { process: child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const late = setTimeout(() => void child.kill('SIGKILL'), END_MS);
      await ended;
      clearTimeout(late);
    }
    await rm(this.directory, { recursive: true, force: true });
  }
}
