import { pause } from '../harness/eventually.ts';
import type { NodeProcess } from '../harness/node-process.ts';

const PERIOD_MS = 4_000;
const ANSWER_MS = 5_000;

/** Pays in for one tenant now and then, each time twice with one reference, at two nodes. */
export class Payments {
  readonly acknowledged = new Set<string>();
  readonly #nodes: readonly NodeProcess[];
  readonly #tenant: string;
  readonly #amount: string;
  #isOver = false;

  constructor(nodes: readonly NodeProcess[], tenant: string, amount: string) {
    this.#nodes = nodes;
    this.#tenant = tenant;
    this.#amount = amount;
  }

  /** Pays until `end` is called; what fails is not repeated. */
  async run(): Promise<void> {
    for (let number = 1; !this.#isOver; number++) {
      const reference = `soak-${number}`;
      const pair = [number, number + 1].map((at) => this.#nodes.at(at % this.#nodes.length)!);
      await Promise.all(pair.map((node) => this.#pay(node, reference)));
      await pause(PERIOD_MS);
    }
  }

  end(): void {
    this.#isOver = true;
  }

  async #pay(node: NodeProcess, reference: string): Promise<void> {
    try {
      const response = await fetch(node.url(`/api/v1/tenants/${this.#tenant}/recharges`), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ amount: this.#amount, reference }),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      if (response.ok) this.acknowledged.add(reference);
    } catch {
      // The node, or its database, is away: nothing was acknowledged.
    }
  }
}
