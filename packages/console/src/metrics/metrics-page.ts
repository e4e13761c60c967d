import type { Bus } from '@tandem/engine';
import type { Reading } from '@tandem/messages';
import { Counter, Gauge, Registry } from 'prom-client';
import { renderHistogram } from './histogram-text.ts';

const NAME = /^[a-z_:][a-z0-9_:]*$/i;

/** A page of metrics and its content type. */
export interface MetricsPage {
  readonly contentType: string;
  readonly text: string;
}

/** What counts by itself, and what each package reads from its meters now. */
export async function renderMetrics(bus: Bus, standing: Registry): Promise<MetricsPage> {
  const { answers } = await bus.gather('metrics.collect', {});
  const readings = answers.flatMap(({ answer }) => answer).filter(isSound);
  const isHistogram = ({ kind }: Reading): boolean => kind === 'histogram';
  const single = collect(readings.filter((reading) => !isHistogram(reading)));
  const histograms = groupByName(readings.filter(isHistogram));
  const parts = [await standing.metrics(), await single.metrics()];
  const text = [...parts, ...[...histograms].map(renderHistogram)].join('\n');
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
    const group = groups.get(reading.name);
    if (group === undefined) groups.set(reading.name, [reading]);
    else group.push(reading);
  }
  return groups.values();
}

function isSound({ name, labels = {}, value }: Reading): boolean {
  return Number.isFinite(value) && [name, ...Object.keys(labels)].every((each) => NAME.test(each));
}
