import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from './eventually.ts';
import type { NodeProcess } from './node-process.ts';
import { hasProgram } from './program.ts';

const PATIENCE_MS = 15_000;

/** Whether linphone is here (Debian: linphone-cli); tests that need it say loudly when not. */
export const hasLinphone = hasProgram('linphonec');

/** A real phone of another make, driven by its command line; it plays files, for want of a sound card. */
export class Linphone implements AsyncDisposable {
  #output = '';

  private constructor(
    readonly name: string,
    readonly process: ChildProcess,
    readonly directory: string,
  ) {
    const keep = (chunk: unknown): void => {
      this.#output = (this.#output + String(chunk)).slice(-50_000);
    };
    process.stdout?.on('data', keep);
    process.stderr?.on('data', keep);
    process.stdin?.on('error', () => undefined);
  }

  /** A phone of that user that has registered at that node; its password is `secret-<name>`. */
  static async start(node: NodeProcess, name: string, transport = 'udp'): Promise<Linphone> {
    const directory = await mkdtemp(path.join(tmpdir(), 'tandem-linphone-'));
    // Where it keeps what it wants to know the next time.
    await mkdir(path.join(directory, '.local/share/linphone'), { recursive: true });
    const conf = path.join(directory, 'linphonerc');
    const lines = [
      ['[sip]', 'sip_port=-1', 'sip_tcp_port=-1', 'sip_tls_port=-1', 'use_ipv6=0'],
      ['use_info=1', 'use_rfc2833=0'],
      ['default_proxy=0', '[rtp]', 'audio_rtp_port=-1', '[net]', 'mtu=0'],
      ['[proxy_0]', `reg_proxy=<sip:${node.sip};transport=${transport}>`],
      [`reg_identity=sip:${name}@${node.sip}`, 'reg_expires=300', 'reg_sendregister=1'],
      ['[auth_info_0]', `username=${name}`, `passwd=secret-${name}`, 'realm=tandem'],
    ];
    await writeFile(conf, `${lines.flat().join('\n')}\n`);
    const child = spawn('linphonec', ['-c', conf], {
      cwd: directory,
      env: { ...process.env, HOME: directory },
    });
    const phone = new Linphone(name, child, directory);
    phone.command('soundcard use files');
    await phone.heard(/Using wav files/);
    await eventually(
      `${name} is registered`,
      () => {
        phone.command('status register');
        return /registered, identity=/.test(phone.#output);
      },
      PATIENCE_MS,
      500,
    );
    return phone;
  }

  /** Does what a person would type: `call`, `answer`, `pause`, `resume`, `terminate`, a digit. */
  command(line: string): void {
    this.process.stdin?.write(`${line}\n`);
  }

  /** Waits until it has said that. */
  async heard(what: RegExp): Promise<void> {
    try {
      await eventually(
        `${this.name} says ${what.source}`,
        () => what.test(this.#output),
        PATIENCE_MS,
      );
    } catch (fault) {
      throw new Error(this.#output, { cause: fault });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, 'exit');
      this.process.kill('SIGKILL');
      await ended;
    }
    await rm(this.directory, { recursive: true, force: true });
  }
}
