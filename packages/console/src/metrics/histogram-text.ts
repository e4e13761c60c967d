import type { Reading } from '@tandem/messages';

/** Histograms of one name in Prometheus' text format; the library cannot take counted ones. */
export function renderHistogram(readings: readonly Reading[]): string {
  const { name, help } = readings[0]!;
  const lines = [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} histogram`];
  for (const { labels = {}, buckets = [], value } of readings) {
    for (const { le, count } of buckets) {
      const bound = le === Infinity ? '+Inf' : String(le);
      lines.push(`${name}_bucket${labelText({ ...labels, le: bound })} ${count}`);
    }
    lines.push(`${name}_sum${labelText(labels)} ${value}`);
    lines.push(`${name}_count${labelText(labels)} ${buckets.at(-1)?.count ?? 0}`);
  }
  return `${lines.join('\n')}\n`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
