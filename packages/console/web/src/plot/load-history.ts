import type { NodeRow } from '../api/node-row.ts';

/** Half an hour at one sample in two seconds; older ones go. */
const SAMPLES_MAX = 900;

/** What is plotted of a node. */
export type LoadMeasure = 'calls' | 'callsPerSecond' | 'asrPercent';

interface Sample {
  /** Epoch seconds, as plots want them. */
  readonly atSeconds: number;
  readonly nodes: Readonly<Record<string, Readonly<Record<LoadMeasure, number | null>>>>;
}

/** Lines of a plot over one axis of time; null is a gap. */
export interface PlotData {
  readonly names: readonly string[];
  readonly atSeconds: readonly number[];
  readonly lines: readonly (readonly (number | null)[])[];
}

/** What the nodes said since these pages were opened. A node that is dead or away leaves a gap. */
export class LoadHistory {
  #samples: readonly Sample[] = [];

  /** Takes one look at all nodes in; one that is older than the last is dropped. */
  add(epochMs: number, nodes: readonly NodeRow[]): void {
    const atSeconds = epochMs / 1_000;
    const last = this.#samples.at(-1);
    if (last !== undefined && atSeconds <= last.atSeconds) return;
    const alive = nodes.filter(({ state }) => state !== 'dead');
    const entries = alive.map(({ name, calls, callsPerSecond, seizures, answers }) => [
      name,
      // Where nothing was decided there is no ratio.
      { calls, callsPerSecond, asrPercent: seizures === 0 ? null : (100 * answers) / seizures },
    ]);
    const sample: Sample = { atSeconds, nodes: Object.fromEntries(entries) as Sample['nodes'] };
    this.#samples = [...this.#samples, sample].slice(-SAMPLES_MAX);
  }

  /** One line for each node that was ever there, by name. */
  plot(measure: LoadMeasure): PlotData {
    const names = [...new Set(this.#samples.flatMap(({ nodes }) => Object.keys(nodes)))].toSorted();
    return {
      names,
      atSeconds: this.#samples.map(({ atSeconds }) => atSeconds),
      lines: names.map((name) =>
        this.#samples.map(({ nodes }) =>
          Object.hasOwn(nodes, name) ? nodes[name]![measure] : null,
        ),
      ),
    };
  }
}
