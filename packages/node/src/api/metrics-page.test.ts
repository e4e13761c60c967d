import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@tandem/engine';
import { MemoryHub } from '@tandem/mesh';
import { openTestDatabase } from '@tandem/store/testing';
import { expect, test } from 'vitest';
import { readSettings } from '../node/settings.ts';
import { TandemNode } from '../node/tandem-node.ts';

/** What operators were promised: name, type, and the labels of its series. */
const PROMISED: readonly (readonly [string, string, readonly string[]])[] = [
  ['tandem_info', 'gauge', ['version', 'node']],
  ['tandem_messages_total', 'counter', ['message', 'result']],
  ['tandem_handler_seconds', 'histogram', ['message', 'handler']],
  ['tandem_handler_errors_total', 'counter', ['message', 'handler']],
  ['tandem_bus_request_seconds', 'histogram', ['peer']],
  ['tandem_calls_active', 'gauge', ['tenant', 'direction']],
  ['tandem_calls_total', 'counter', ['tenant', 'vendor', 'result']],
  ['tandem_call_setup_seconds', 'histogram', []],
  ['tandem_call_duration_seconds', 'histogram', []],
  ['tandem_rejects_total', 'counter', ['code', 'reason']],
  ['tandem_limit_in_use', 'gauge', ['limit', 'tenant']],
  ['tandem_limit_max', 'gauge', ['limit', 'tenant']],
  ['tandem_balance_held', 'gauge', ['tenant', 'currency']],
  ['tandem_ledger_mismatch', 'gauge', []],
  ['tandem_cdr_spool_depth', 'gauge', []],
  ['tandem_cdr_spool_oldest_seconds', 'gauge', []],
  ['tandem_deck_version', 'gauge', ['deck']],
  ['tandem_deck_age_seconds', 'gauge', []],
  ['tandem_vendor_asr', 'gauge', ['vendor']],
  ['tandem_vendor_acd_seconds', 'gauge', ['vendor']],
  ['tandem_vendor_breaker_state', 'gauge', ['vendor']],
  ['tandem_eventloop_lag_seconds', 'gauge', []],
  ['tandem_node_up', 'gauge', ['peer']],
  ['tandem_node_state', 'gauge', ['peer', 'state']],
];

/** What must not stand in a label: one call, one number, one address. */
const ENDLESS = ['call', 'callid', 'billid', 'number', 'caller', 'called', 'address', 'ip'];

const SET_UP = {
  decks: [
    { name: 'sell', kind: 'sell', currency: 'USD', rates: [{ prefix: '1', rate: '0.1' }] },
    { name: 'buy', kind: 'buy', currency: 'USD', rates: [{ prefix: '1', rate: '0.1' }] },
  ],
  trunks: [
    { name: 'in', direction: 'inbound', sources: ['192.0.2.1/32'] },
    { name: 'out', direction: 'outbound', address: 'sip:192.0.2.9', deck: 'buy' },
  ],
  profiles: [{ name: 'std', order: 'priority', routes: [{ trunk: 'out', priority: 1 }] }],
  tenants: [
    {
      name: 'acme',
      currency: 'USD',
      creditLimit: '0',
      deck: 'sell',
      profile: 'std',
      trunks: ['in'],
      countries: 'any',
      maxCalls: 30,
    },
  ],
};

interface Family {
  readonly help: string;
  readonly type: string;
  readonly series: { readonly name: string; readonly labels: Record<string, string> }[];
}

test('the metrics page has what was promised, and nothing that Prometheus would refuse', async () => {
  process.chdir(mkdtempSync(join(tmpdir(), 'tandem-metrics-')));
  await using database = await openTestDatabase();
  const hub = new MemoryHub();
  const start = async (node: string): Promise<TandemNode> => {
    const overrides = [
      `database.url=${database.url}`,
      'sip.listen=udp:127.0.0.1:0',
      'console.listen=127.0.0.1:0',
    ];
    const source = { node, overrides };
    const { settings } = await readSettings(source);
    return await TandemNode.start({
      settings: settings!,
      source,
      version: '0.1.0',
      log: silentLog,
      transport: hub.transport(),
    });
  };
  await using other = await start('n2');
  const applied = await fetch(`${other.consoleUrl}/api/v1/apply`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(SET_UP),
  });
  expect(applied.status, await applied.text()).toBe(200);
  await using node = await start('n1');
  // A question to the other node, for its answer to be measured.
  await expect.poll(() => node.mesh.membership.peers.length).toBe(1);
  await node.engine.bus.ask('call.drop', { id: 'none', reason: '', by: 'operator' }, { to: 'n2' });

  const page = async (): Promise<Map<string, Family>> => {
    const response = await fetch(`${node.consoleUrl}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    return readPage(await response.text());
  };
  // What is read of the database comes when it comes.
  const isThere = async (name: string): Promise<boolean> =>
    ((await page()).get(name)?.series.length ?? 0) > 0;
  await page();
  for (const name of ['tandem_limit_max', 'tandem_deck_version', 'tandem_vendor_breaker_state'])
    await expect.poll(() => isThere(name), { message: name, timeout: 8_000 }).toBe(true);

  const families = await page();
  for (const [name, type, labels] of PROMISED) {
    const family = families.get(name);
    expect(family, name).toBeDefined();
    expect(family?.type, name).toBe(type);
    const seen = new Set(family?.series.flatMap((series) => Object.keys(series.labels)));
    seen.delete('le');
    if (family?.series.length) expect([...seen].toSorted(), name).toEqual([...labels].toSorted());
  }
  for (const [name, family] of families) lint(name, family);
  expect(families.get('tandem_limit_max')?.series[0]?.labels['tenant']).toBe('acme');
});

/** What promtool checks, and what conventions say of names. */
function lint(name: string, { help, type, series }: Family): void {
  expect(name, 'a name').toMatch(/^(?:tandem|process|nodejs)_[a-z0-9_]+$/);
  expect(help, `help of ${name}`).toMatch(/^\S.*[.)]$/);
  expect(['gauge', 'counter', 'histogram'], `type of ${name}`).toContain(type);
  expect(name.endsWith('_total'), `${name} is a ${type}`).toBe(type === 'counter');
  expect(name, 'base units').not.toMatch(/_(?:ms|milliseconds|minutes|kb|mb)(?:_|$)/);
  const ids = series.map(({ name: each, labels }) => each + JSON.stringify(labels));
  expect(new Set(ids).size, `series of ${name} are each there once`).toBe(ids.length);
  for (const { labels } of series) {
    for (const label of Object.keys(labels))
      expect(ENDLESS, `label of ${name}`).not.toContain(label);
  }
}

/** Reads Prometheus' text format strictly: a family once, its lines together, every line known. */
function readPage(text: string): Map<string, Family> {
  const families = new Map<string, Family>();
  const helps = new Map<string, string>();
  let current = '';
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === 'HELP') {
      expect(helps.has(name), `${name} has one HELP`).toBe(false);
      helps.set(name, rest);
    } else if (kind === 'TYPE') {
      expect(families.has(name), `${name} has one TYPE`).toBe(false);
      families.set(name, { help: helps.get(name) ?? '', type: rest, series: [] });
      current = name;
    } else {
      const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
      expect(match, line).not.toBeNull();
      const [, series = '', labels = '', value = ''] = match!;
      expect(Number.isNaN(Number(value.replace('+Inf', 'Infinity'))), line).toBe(false);
      const family = series.replace(/_(?:bucket|sum|count)$/, '');
      const isOwn = series === current || family === current;
      expect(isOwn, `${line} stands under ${current}`).toBe(true);
      families.get(current)!.series.push({ name: series, labels: readLabels(labels) });
    }
  }
  return families;
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== '') {
    const match = /^([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/.exec(rest);
    expect(match, text).not.toBeNull();
    const [whole, key = '', value = ''] = match!;
    labels[key] = value.replaceAll(/\\(.)/g, (_, each: string) => (each === 'n' ? '\n' : each));
    rest = rest.slice(whole.length);
  }
  return labels;
}
