import type { Bus } from '@tandem/engine';
import type { Reading } from '@tandem/messages';
import { Counter, Gauge, Registry } from 'prom-client';

const NAME = /^[a-z_:][a-z0-9_:]*$/i;

/** A page of metrics and its content type. */
export interface MetricsPage {
  readonly contentType: string;
  readonly text: string;
}

/** What counts by itself, and what each package reads from its meters now. */
export async function renderMetrics(bus: Bus, standing: Registry): Promise<MetricsPage> {
  const { answers } = await bus.gather('metrics.collect', {});
  const collected = collect(answers.flatMap(({ answer }) => answer));
  const text = `${await standing.metrics()}\n${await collected.metrics()}`;
  return { contentType: standing.contentType, text };
}

/** Readings as metrics of a registry that lives for one page. What does not fit is left out. */
function collect(readings: readonly Reading[]): Registry {
  const registry = new Registry();
  for (const group of groupByName(readings)) {
    const { name, help, kind } = group[0]!;
    const labelNames = [...new Set(group.flatMap(({ labels = {} }) => Object.keys(labels)))];
    const options = { name, help, labelNames, registers: [registry] };
    if (kind === 'counter') {
      const counter = new Counter(options);
      for (const { labels = {}, value } of group) if (value >= 0) counter.inc({ ...labels }, value);
    } else {
      const gauge = new Gauge(options);
      for (const { labels = {}, value } of group) gauge.set({ ...labels }, value);
    }
  }
  return registry;
}

function groupByName(readings: readonly Reading[]): Iterable<readonly Reading[]> {
  const groups = new Map<string, Reading[]>();
  for (const reading of readings) {
    const hasNames = [reading.name, ...Object.keys(reading.labels ?? {})].every((name) =>
      NAME.test(name),
    );
    if (!hasNames || !Number.isFinite(reading.value)) continue;
    const group = groups.get(reading.name);
    if (group === undefined) groups.set(reading.name, [reading]);
    else group.push(reading);
  }
  return groups.values();
}
