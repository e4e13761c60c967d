import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../harness/eventually.ts';
import { ProcessCluster } from '../harness/process-cluster.ts';

/** Where every caller of a story is: the one address that the nodes vouch for. */
export const CALLER = '127.0.0.22';
/** Where the first phone of every story is. */
export const PHONE = '127.0.0.21';
/** Where the second one is. */
export const OTHER_PHONE = '127.0.0.23';
/** The third node carries no more calls than these. */
export const CALLS_MAX = 6;
/** Users whose password is `secret-<name>`. */
const USERS = ['bob', 'carol', 'dave', 'erin', 'frank'];
/** The second node asks often whether its calls live, the third has room for few. */
const FURTHER: Readonly<Record<string, readonly string[]>> = {
  node2: ['sip.auditSeconds=4s'],
  node3: [`switch.callsMax=${CALLS_MAX}`, 'sip.t1Ms=100'],
};
/** A transaction lingers for 64 T1. */
const REST_MS = 30_000;

/** Lines of clustering.conf that let the plugin of the stories vouch for their caller. */
export const storyConf = [
  `[plugins]\nload=${fileURLToPath(new URL('story-plugin.mjs', import.meta.url))}`,
  `[stories]\nsource=${CALLER}\nphone=${PHONE}\nother=${OTHER_PHONE}`,
].join('\n');

/** Three nodes, on which all stories play at the same time. */
export class Stage implements AsyncDisposable {
  private constructor(
    readonly cluster: ProcessCluster,
    /** For the scripts. */
    readonly directory: string,
  ) {}

  /**
   * Starts the nodes. The shortest session is short, so that what comes of it does not take minutes;
   * so is T1 of the third node.
   */
  static async open(): Promise<Stage> {
    const cluster = await ProcessCluster.start({
      nodes: 3,
      conf: `${storyConf}\n[cdrfile]\noperations=initialize, finalize`,
      users: USERS,
      // A machine that stands still is not what is played here.
      settings: ['sip.minSessionExpires=5s', 'sip.unknownSource=challenge', 'sip.overloadLag=0'],
      settingsOf: (name) => FURTHER[name] ?? [],
    });
    return new Stage(cluster, await mkdtemp(path.join(tmpdir(), 'tandem-stories-')));
  }

  /** What is still there when all are through; undefined: nothing, as it should be. */
  async rest(): Promise<string | undefined> {
    const names = ['tandem_calls', 'tandem_legs', 'tandem_sip_legs'];
    const left = async (): Promise<number> => {
      const values = await Promise.all(names.map((name) => this.cluster.metric(name)));
      return values.reduce((sum, value) => sum + value, 0);
    };
    try {
      await eventually('nothing is left', async () => (await left()) === 0, REST_MS);
      return undefined;
    } catch (fault) {
      return String(fault);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cluster[Symbol.asyncDispose]();
    await rm(this.directory, { recursive: true, force: true });
  }
}
