import type { SeededDie } from '@tandem/testing';
import { pause } from '../harness/eventually.ts';
import type { NodeProcess } from '../harness/node-process.ts';
import { Caller } from './caller.ts';
import type { Customer } from './customers.ts';
import type { SeenCall } from './seen-call.ts';

/** Talk: most calls are short, some live through several slices; seconds and share. */
const TALKS = [
  { share: 0.7, least: 0.3, most: 5 },
  { share: 0.2, least: 5, most: 14 },
  { share: 0.1, least: 14, most: 45 },
] as const;
/** Callers who lose patience while it rings. */
const IMPATIENT_SHARE = 0.03;
/** Calls begin in steps of so many ms. */
const STEP_MS = 10;

/** A stream of calls from all customers to all nodes, by a seed. */
export class CallStream implements Disposable {
  readonly seen: SeenCall[] = [];
  /** The longest that this process was busy with itself: what it saw may be late by so much, ms. */
  lagMaxMs = 0;
  readonly #die: SeededDie;
  readonly #customers: readonly Customer[];
  readonly #callers: readonly Caller[];

  private constructor(die: SeededDie, customers: readonly Customer[], callers: readonly Caller[]) {
    this.#die = die;
    this.#customers = customers;
    this.#callers = callers;
  }

  /** Opens a source for each customer. */
  static async open(die: SeededDie, customers: readonly Customer[]): Promise<CallStream> {
    const callers = await Promise.all(customers.map(({ source }) => Caller.open(source)));
    return new CallStream(die, customers, callers);
  }

  /** Calls that are not over. */
  get live(): number {
    return this.#callers.reduce((sum, caller) => sum + caller.live, 0);
  }

  /** Begins calls at that rate for so long. `lives` is read at each call. */
  async run(
    nodes: readonly NodeProcess[],
    lives: readonly number[],
    callsPerSecond: number,
    forMs: number,
  ): Promise<void> {
    const begunMs = performance.now();
    let nextMs = begunMs;
    let lastMs = begunMs;
    for (;;) {
      const nowMs = performance.now();
      this.lagMaxMs = Math.max(this.lagMaxMs, nowMs - lastMs - STEP_MS);
      lastMs = nowMs;
      if (nowMs - begunMs > forMs) return;
      while (nextMs <= nowMs) {
        this.#begin(nodes, lives);
        nextMs += (-Math.log(1 - this.#die.throw()) * 1_000) / callsPerSecond;
      }
      await pause(STEP_MS);
    }
  }

  [Symbol.dispose](): void {
    for (const caller of this.#callers) caller.close();
  }

  #begin(nodes: readonly NodeProcess[], lives: readonly number[]): void {
    const who = this.#chooseCustomer();
    const node = Math.floor(this.#die.throw() * nodes.length);
    const number = this.seen.length + 1;
    const seen: SeenCall = {
      caller: `4930${String(number).padStart(8, '0')}`,
      tenant: this.#customers.at(who)!.name,
      node,
      life: lives.at(node)!,
      sentMs: performance.now(),
      status: 0,
      answeredMs: undefined,
      endedMs: undefined,
      closedMs: undefined,
      end: undefined,
    };
    this.seen.push(seen);
    const isImpatient = this.#die.throw() < IMPATIENT_SHARE;
    this.#callers.at(who)!.call({
      seen,
      called: `1202555${String(number % 10_000).padStart(4, '0')}`,
      node: nodes.at(node)!.sip,
      talkMs: this.#chooseTalkMs(),
      cancelAfterMs: isImpatient ? 20 + this.#die.throw() * 300 : undefined,
    });
  }

  #chooseCustomer(): number {
    let left = this.#die.throw();
    const found = this.#customers.findIndex(({ share }) => (left -= share) < 0);
    return found < 0 ? 0 : found;
  }

  #chooseTalkMs(): number {
    let left = this.#die.throw();
    const { least, most } = TALKS.find(({ share }) => (left -= share) < 0) ?? TALKS[0];
    return (least + this.#die.throw() * (most - least)) * 1_000;
  }
}
