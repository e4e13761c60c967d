import type { SeededDie, NatsServer } from '@tandem/testing';
import type { TestServer } from '@tandem/store/testing';
import { pause } from '../harness/eventually.ts';
import type { NodeProcess } from '../harness/node-process.ts';
import type { Harm } from './soak-plan.ts';

/** Between two harms, and how long one lasts, ms. */
const CALM_MS = [3_000, 13_000] as const;
const HARM_MS: Readonly<Record<Harm, readonly [number, number]>> = {
  node: [300, 15_000],
  freeze: [500, 14_000],
  nats: [300, 12_000],
  database: [300, 12_000],
};
/** How often each comes, in proportion. */
const WEIGHT: Readonly<Record<Harm, number>> = { node: 5, freeze: 2, nats: 2, database: 2 };
/** A node that was killed may take so long to replay and register, ms. */
const READY_MS = 120_000;

/** One harm, as it was done. */
export interface Done {
  readonly harm: Harm;
  readonly target: string;
  readonly atMs: number;
  readonly forMs: number;
}

/** What may be harmed. */
export interface Victims {
  readonly nodes: readonly NodeProcess[];
  readonly nats: NatsServer;
  readonly database: TestServer;
}

/** Harms a cluster at random, by a seed, and puts each thing right again. */
export class Chaos {
  readonly done: Done[] = [];
  /** How often each node was started. */
  readonly lives: number[];
  /** Until when each node was last unable to work, monotonic ms; Infinity while it is. */
  readonly troubledUntilMs: number[];
  /** What went wrong with putting things right. */
  readonly failures: string[] = [];
  readonly #die: SeededDie;
  readonly #victims: Victims;
  readonly #harms: readonly Harm[];
  readonly #busy = new Map<string, Promise<void>>();
  #isOver = false;

  constructor(die: SeededDie, victims: Victims, harms: readonly Harm[]) {
    this.#die = die;
    this.#victims = victims;
    this.#harms = harms;
    this.lives = victims.nodes.map(() => 1);
    this.troubledUntilMs = victims.nodes.map(() => 0);
  }

  /** Harms until `end` is called. */
  async run(): Promise<void> {
    while (!this.#isOver && this.#harms.length > 0) {
      await this.#between(CALM_MS);
      if (!this.#isOver) this.#begin(this.#chooseHarm());
    }
  }

  /** Begins nothing more; resolves when all is right again. */
  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#busy.values());
  }

  /** Kills a node, and starts it again when `until` has come to pass. */
  async killUntil(node: NodeProcess, until: () => Promise<void>): Promise<void> {
    const index = this.#victims.nodes.indexOf(node);
    const atMs = performance.now();
    this.troubledUntilMs[index] = Infinity;
    await node.kill();
    await until();
    this.done.push({ harm: 'node', target: node.name, atMs, forMs: performance.now() - atMs });
    await this.#startAgain(index);
  }

  #begin(harm: Harm): void {
    const { nodes } = this.#victims;
    const index = Math.floor(this.#die.throw() * nodes.length);
    const isNode = harm === 'node' || harm === 'freeze';
    const target = isNode ? nodes.at(index)!.name : harm;
    const forMs = this.#spread(HARM_MS[harm]);
    if (this.#busy.has(target)) return;
    this.done.push({ harm, target, atMs: performance.now(), forMs });
    console.log(`${stamp()} ${WORDS[harm]} ${target} for ${(forMs / 1_000).toFixed(1)} s`);
    const work = isNode ? this.#harmNode(harm, index, forMs) : this.#harmServer(harm, forMs);
    const kept = work
      .catch((fault: unknown) => void this.failures.push(`${target}: ${String(fault)}`))
      .finally(() => this.#busy.delete(target));
    this.#busy.set(target, kept);
  }

  async #harmNode(harm: Harm, index: number, forMs: number): Promise<void> {
    const node = this.#victims.nodes.at(index)!;
    this.troubledUntilMs[index] = Infinity;
    if (harm === 'freeze') {
      node.signal('SIGSTOP');
      await pause(forMs);
      node.signal('SIGCONT');
    } else {
      if (!node.isRunning) this.failures.push(`${node.name} had ended by itself: ${node.output}`);
      await node.kill();
      await pause(forMs);
      await this.#startAgain(index);
    }
    this.troubledUntilMs[index] = performance.now();
  }

  async #startAgain(index: number): Promise<void> {
    const node = this.#victims.nodes.at(index)!;
    this.lives[index] = this.lives.at(index)! + 1;
    node.spawn();
    await node.ready(READY_MS);
    this.troubledUntilMs[index] = performance.now();
  }

  async #harmServer(harm: Harm, forMs: number): Promise<void> {
    const { nats, database } = this.#victims;
    const server =
      harm === 'nats' ? { kill: () => nats.stop(), resume: () => nats.resume() } : database;
    await server.kill();
    await pause(forMs);
    await server.resume();
  }

  #chooseHarm(): Harm {
    const all = this.#harms.reduce((sum, harm) => sum + WEIGHT[harm], 0);
    let left = this.#die.throw() * all;
    return this.#harms.find((harm) => (left -= WEIGHT[harm]) < 0) ?? 'node';
  }

  #spread([least, most]: readonly [number, number]): number {
    return Math.round(least + this.#die.throw() * (most - least));
  }

  async #between(bounds: readonly [number, number]): Promise<void> {
    const endMs = performance.now() + this.#spread(bounds);
    while (!this.#isOver && performance.now() < endMs) await pause(100);
  }
}

const WORDS: Readonly<Record<Harm, string>> = {
  node: 'kill -9',
  freeze: 'SIGSTOP',
  nats: 'kill -9',
  database: 'kill -9',
};

function stamp(): string {
  return new Date().toISOString().slice(11, 19);
}
