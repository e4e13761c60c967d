import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

const { groups } = parse(read('deploy/prometheus-alerts.yml')) as {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);

/** Names of metrics as the sources write them. */
const metrics = new Set(
  readdirSync(path.join(root, 'packages'))
    .flatMap((name) => sourcesOf(path.join('packages', name, 'src')))
    .flatMap((file) => [...read(file).matchAll(/'((?:tandem|process)_[a-z0-9_]+)'/g)])
    .map((match) => match[1]!),
);

/** Sources below a folder of the project, tests left out. */
function sourcesOf(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => path.join(folder, name));
}

/** Metrics that a page or a rule names and no node has. */
function unknownIn(text: string): string[] {
  const named = [...text.matchAll(/\b(?:tandem|process)_[a-z0-9_]+/g)].map((match) => match[0]);
  return named.filter((name) => !metrics.has(name.replace(/_(?:bucket|sum|count)$/, '')));
}

test('alerts look at metrics that there are', () => {
  expect(rules.length).toBeGreaterThan(15);
  for (const { alert, expr } of rules) expect(unknownIn(expr), alert).toEqual([]);
});

test('the dashboard shows metrics that there are, each panel with a title and a description', () => {
  const { panels } = JSON.parse(read('deploy/grafana-dashboard.json')) as {
    readonly panels: readonly {
      readonly type: string;
      readonly title: string;
      readonly description?: string;
      readonly targets?: readonly { readonly expr: string }[];
    }[];
  };
  const graphs = panels.filter(({ type }) => type !== 'row');
  expect(graphs.length).toBeGreaterThan(20);
  for (const { title, description, targets = [] } of graphs) {
    expect(description, title).toMatch(/\.$/);
    expect(targets.length, title).toBeGreaterThan(0);
    for (const { expr } of targets) expect(unknownIn(expr), title).toEqual([]);
  }
});

test('the manual tells of every alert what it means and what to do', () => {
  const manual = read('docs/OPERATIONS.md');
  for (const { alert, labels, annotations } of rules) {
    expect(manual, alert).toContain(`\`${alert}\``);
    expect(['critical', 'warning', 'info'], alert).toContain(labels.severity);
    expect(annotations.runbook, alert).toBe('docs/OPERATIONS.md#alerts');
  }
});

test('systemd takes the unit, and stopping waits longer than draining', () => {
  const unit = read('deploy/tandem.service');
  const drainSeconds = Number(/--timeout (\d+)/.exec(unit)?.[1]);
  expect(Number(/^TimeoutStopSec=(\d+)/m.exec(unit)?.[1])).toBeGreaterThan(drainSeconds);
  const file = path.join(root, 'deploy/tandem.service');
  const { error, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
  if (error !== undefined) {
    console.warn('SKIPPED, LOUDLY: no systemd-analyze, so systemd was not asked about its unit');
    return;
  }
  // Programs and users of the unit are not those of this machine.
  const complaints = stderr.split('\n').filter((line) => /tandem\.service:\d+/.test(line));
  expect(complaints).toEqual([]);
});
