import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@tandem/testing';
import { eventually, pause } from '../harness/eventually.ts';
import type { NodeProcess } from '../harness/node-process.ts';
import { ProcessCluster } from '../harness/process-cluster.ts';
import { Sipp } from '../harness/sipp.ts';
import type { Step } from './step.ts';
import type { Story } from './stories.ts';
import { type Side, writeScenario } from './write-scenario.ts';

const CALLER = '127.0.0.22';
/** Nothing in a story waits for longer. */
const PATIENCE_MS = 15_000;
const REST_MS = 30_000;
const RECORDS_MS = 500;

/** Two nodes, and the addresses at which the phones of all stories are. */
export class Stage implements AsyncDisposable {
  private constructor(
    readonly cluster: ProcessCluster,
    readonly directory: string,
    readonly places: readonly { readonly localHost: string; readonly localPort: number }[],
  ) {}

  /** Starts the nodes; T1 is short, so that 64 of it are. */
  static async open(): Promise<Stage> {
    const places = await Promise.all(
      ['127.0.0.21', '127.0.0.23'].map(async (localHost) => {
        return { localHost, localPort: await freePort(localHost) };
      }),
    );
    const [phone, other] = places.map(({ localHost, localPort }) => `${localHost}:${localPort}`);
    const plugin = fileURLToPath(new URL('story-plugin.mjs', import.meta.url));
    const cluster = await ProcessCluster.start({
      nodes: 2,
      conf: `[plugins]\nload=${plugin}\n[stories]\nsource=${CALLER}\nphone=${phone}\nother=${other}`,
      settings: ['sip.t1Ms=100', 'sip.unknownSource=forbid'],
    });
    const directory = await mkdtemp(path.join(tmpdir(), 'tandem-stories-'));
    return new Stage(cluster, directory, places);
  }

  /** Plays one story; what went wrong, or undefined. */
  async play(story: Story): Promise<string | undefined> {
    const node = this.cluster.node(1);
    const before = await finals(node);
    const scripts = [story.phone, story.other];
    const phones: Sipp[] = [];
    for (const [index, steps] of scripts.entries()) {
      const place = this.places[index];
      if (steps === undefined || place === undefined) continue;
      const file = await this.#write(`phone${index}`, story, 'phone', steps);
      phones.push(await Sipp.start({ file, ...place, calls: 1, receiveTimeoutMs: PATIENCE_MS }));
    }
    try {
      const file = await this.#write('caller', story, 'caller', story.caller);
      const caller = await Sipp.run({
        file,
        remote: node.sip,
        service: story.called,
        localHost: CALLER,
        localPort: await freePort(CALLER),
        calls: 1,
        receiveTimeoutMs: PATIENCE_MS,
      });
      // A phone that was never called waits for ever.
      const late = setTimeout(() => phones.forEach(({ process }) => process.kill()), PATIENCE_MS);
      const heard = await Promise.all(phones.map((phone) => phone.result()));
      clearTimeout(late);
      const wrong = [caller, ...heard].filter(({ code }) => code !== 0);
      if (wrong.length > 0) return wrong.map(({ code, errors }) => `${code} ${errors}`).join('\n');
      return await this.#rests(node, before);
    } finally {
      await Promise.all(phones.map((phone) => phone[Symbol.asyncDispose]()));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cluster[Symbol.asyncDispose]();
    await rm(this.directory, { recursive: true, force: true });
  }

  // One finalized record for the incoming leg, and nothing left.
  async #rests(node: NodeProcess, before: number): Promise<string | undefined> {
    const left = async (): Promise<number> =>
      (await this.cluster.metric('tandem_legs')) + (await this.cluster.metric('tandem_sip_legs'));
    try {
      await eventually('no leg is left', async () => (await left()) === 0, REST_MS);
    } catch (fault) {
      return String(fault);
    }
    // They are written a little later, and in one go.
    await pause(RECORDS_MS);
    const records = (await finals(node)) - before;
    return records === 1 ? undefined : `${records} final records of the incoming leg`;
  }

  async #write(role: string, story: Story, side: Side, steps: readonly Step[]): Promise<string> {
    const file = path.join(this.directory, `${role}.xml`);
    await writeFile(file, writeScenario(story.name, side, steps));
    return file;
  }
}

async function finals(node: NodeProcess): Promise<number> {
  return (await node.cdrs()).filter(
    ({ operation, direction }) => operation === 'finalize' && direction === 'incoming',
  ).length;
}
