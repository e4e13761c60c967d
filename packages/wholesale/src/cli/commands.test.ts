import type { CliCommand } from '@tandem/messages';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smallSetup, WholesaleRig } from '../wholesale-rig.test-support.ts';
import { routeTestCommand } from './route-test-command.ts';
import { trunksCommand } from './trunks-command.ts';

let rig: WholesaleRig;
let folder: string;
beforeAll(async () => {
  rig = await WholesaleRig.open();
  await rig.apply(smallSetup);
  folder = await mkdtemp(join(tmpdir(), 'tandem-sheets-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await rig[Symbol.asyncDispose]();
});

async function run(command: CliCommand, args: Record<string, unknown>) {
  const [lines, errors, values]: [string[], string[], unknown[]] = [[], [], []];
  const defaults = Object.fromEntries(
    Object.entries(command.options).map(([key, option]) => [key, option.default]),
  );
  const code = await command.run(
    { ...defaults, ...args },
    {
      line: (text) => void lines.push(text),
      json: (value) => void values.push(value),
      error: (text) => void errors.push(text),
    },
  );
  return { code, lines, errors, value: values[0] as Record<string, unknown> | undefined };
}

async function verb(name: string): Promise<CliCommand> {
  const { answers } = await rig.engine.bus.gather('cli.commands', {});
  const found = answers
    .flatMap(({ answer }) => answer)
    .find(({ command }) => command.startsWith(name));
  if (found === undefined) throw new Error(`no verb ${name}`);
  return found;
}

async function sheet(text: string): Promise<string> {
  const file = join(folder, `sheet-${Math.abs(text.length)}.csv`);
  await writeFile(file, text);
  return file;
}

describe('deck import', () => {
  const imported = async (text: string, args: Record<string, unknown> = {}) =>
    await run(await verb('deck import'), {
      file: await sheet(text),
      deck: 'sell-b',
      kind: 'sell',
      json: true,
      ...args,
    });

  test('a dry run shows all and writes nothing', async () => {
    const { code, value } = await imported('prefix,rate,increment\n,1,60/60\n49,0.05,1/1\n', {
      'dry-run': true,
    });
    expect(code).toBe(0);
    expect(value).toMatchObject({ isApplied: false, new: 2, version: null, rows: 2, leftOut: 0 });
    expect(
      await rig.database.database.query(`select 1 from rate_decks where name = 'sell-b'`),
    ).toEqual([]);
  });

  test('columns with headings of their own are named', async () => {
    const text = 'Zone;Charge\n49;0.05\n';
    const named = { 'dry-run': true, columns: 'prefix=Zone, rate=Charge' };
    expect((await imported(text)).value).toMatchObject({ rows: 0, isApplied: false });
    expect((await imported(text, named)).value).toMatchObject({ rows: 1, new: 1 });
    const wrong = await imported(text, { columns: 'prefx=Zone' });
    expect(wrong.code).toBe(2);
    expect(wrong.errors.join()).toMatch(/^--columns: there is no column "prefx"; there are /);
    expect((await imported(text, { columns: 'Zone' })).code).toBe(2);
  });

  test('a sheet makes a deck, the next one changes it, and a rollback takes that back', async () => {
    const first = await imported('prefix,rate,increment\n,0.9,60/60\n49,0.05,1/1\n44,0.02,1/1\n');
    expect(first.value).toMatchObject({ isApplied: true, new: 3 });
    await rig.clock.advance(10);
    const second = await imported('prefix,rate,increment\n49,0.04,1/1\n44,0.02,1/1\n33,0.03,6/6\n');
    expect(second.value).toMatchObject({
      isApplied: true,
      new: 1,
      up: 0,
      down: 1,
      closed: 0,
      unchanged: 1,
    });
    expect(Number(second.value?.['version'])).toBeGreaterThan(Number(first.value?.['version']));
    await rig.apply({ tenants: [{ ...smallSetup.tenants[0], deck: 'sell-b' }] });
    const rateOf = async (called: string) =>
      (await rig.route({ called, at: '2026-02-01T00:00:00Z' })).facts?.sell?.rateMicrosPerMinute;
    expect([await rateOf('49301'), await rateOf('331')]).toEqual([40_000n, 30_000n]);
    const back = await run(await verb('deck rollback'), { name: 'sell-b', json: true });
    expect(back).toMatchObject({ code: 0, value: { restored: first.value?.['version'] } });
    await rig.fresh();
    expect([await rateOf('49301'), await rateOf('331')]).toEqual([50_000n, 900_000n]);
    const again = await run(await verb('deck rollback'), {
      name: 'sell-b',
      to: String(second.value?.['version']),
    });
    expect(again.lines[0]).toContain(
      `the rates of version ${String(second.value?.['version'])} again`,
    );
    await rig.fresh();
    expect(await rateOf('331')).toBe(30_000n);
    const rows = await rig.database.database.query<{ action: string }>(
      `select action from audit where name = 'sell-b' order by id`,
    );
    expect(rows.map(({ action }) => action)).toEqual(['import', 'import', 'rollback', 'rollback']);
  });

  test('a complete price list closes what it does not name', async () => {
    await imported('prefix,rate,increment\n,0.9,60/60\n49,0.05,1/1\n', { deck: 'sell-c' });
    await rig.clock.advance(10);
    const { value } = await imported('prefix,rate,increment\n,0.9,60/60\n', {
      deck: 'sell-c',
      complete: true,
    });
    expect(value).toMatchObject({ closed: 1, unchanged: 1 });
  });

  test('wrong rows stop it, with file, line and value, unless told to go on', async () => {
    const text = 'prefix,rate,increment\n,0.9,60/60\n49,cheap,1/1\n44,-1,1/1\n';
    const stopped = await imported(text, { deck: 'sell-d' });
    expect(stopped.code).toBe(1);
    expect(stopped.value).toMatchObject({ isApplied: false, leftOut: 2 });
    expect(stopped.value?.['findings']).toContainEqual(
      expect.objectContaining({ severity: 'error', line: 3, value: 'cheap' }),
    );
    const shown = await imported(text, { deck: 'sell-d', json: false });
    expect(shown.lines.join('\n')).toContain(':3 rate "cheap"');
    expect(shown.errors.at(-1)).toContain('--go-on');
    const gone = await imported(text, { deck: 'sell-d', 'go-on': true });
    expect(gone).toMatchObject({ code: 0, value: { isApplied: true, new: 1, leftOut: 2 } });
  });

  test.each([
    [{ kind: 'buy', deck: 'sell-a' }, 1],
    [{ currency: 'dollars' }, 2],
    [{ effective: 'soon' }, 2],
    [{ file: '/nowhere/sheet.csv' }, 2],
  ])('what makes no sense is refused: %j', async (args, code) => {
    expect((await imported('prefix,rate\n49,0.1\n', args)).code).toBe(code);
  });

  test('twenty thousand rates go in at once', async () => {
    const rows = Array.from({ length: 20_000 }, (_, row) => `7${row},0.0${(row % 8) + 1},1/1`);
    const { value } = await imported(`prefix,rate,increment\n,0.9,1/1\n${rows.join('\n')}\n`, {
      deck: 'large',
    });
    expect(value).toMatchObject({ isApplied: true, new: 20_001 });
  });

  test('a deck that was never imported cannot be rolled back', async () => {
    const { code, errors } = await run(await verb('deck rollback'), { name: 'buy-a' });
    expect([code, errors[0]]).toEqual([1, expect.stringContaining('none is kept')]);
    expect((await run(await verb('deck rollback'), { name: 'nothing' })).code).toBe(1);
  });
});

describe('price', () => {
  test.each([
    [
      { rate: '0.10', seconds: '61' },
      { billedSeconds: 120, price: '0.200000' },
    ],
    [
      { rate: '0.10', seconds: '205', first: 6, next: 6 },
      { billedSeconds: 210, price: '0.350000' },
    ],
    [
      { rate: '0.10', seconds: '0' },
      { billedSeconds: 0, price: '0.000000' },
    ],
    [
      { rate: '0.10', seconds: 1, 'connect-fee': '0.05' },
      { billedSeconds: 60, price: '0.150000' },
    ],
  ])('%j', async (args, expected) => {
    const { code, value } = await run(await verb('price'), { ...args, json: true });
    expect([code, value]).toMatchObject([0, expected]);
  });

  test.each([
    { rate: 'x', seconds: '1' },
    { rate: '1', seconds: '-1' },
    { rate: '1', seconds: '1', next: 0 },
    { rate: '-1', seconds: '1' },
  ])('nonsense is wrong use: %j', async (args) => {
    expect((await run(await verb('price'), args)).code).toBe(2);
  });
});

test('route test asks the node and tells it in people’s words', async () => {
  const { answers } = await rig.engine.bus.gather('console.resources', {});
  const resource = answers
    .flatMap(({ answer }) => answer)
    .find(({ path, method }) => path === '/route-test' && method === 'GET');
  const command = routeTestCommand(async (path) => {
    const query = Object.fromEntries(new URL(path, 'http://node').searchParams);
    return await resource!.handle({ params: {}, query, body: undefined, actor: '' });
  });
  await rig.apply(smallSetup);
  const shown = await run(command, {
    source: '10.1.0.7',
    called: '4930123',
    caller: '12125550100',
  });
  expect(shown.code).toBe(0);
  expect(shown.lines.join('\n')).toContain(
    '+ carrier-1, priority 1, weight 100, 0.020000/min: taken',
  );
  expect(shown.lines.join('\n')).toContain('sold at 0.200000 USD/min 30/6');
  const refused = await run(command, { source: '10.1.0.7', called: 'bob' });
  expect(refused.lines.join('\n')).toContain('refused with 484 (incomplete, Q.850 28)');
  expect((await run(command, { source: 'here', called: '49' })).code).toBe(2);
});

test('trunks lists who is up, who is registered where, and why not', async () => {
  const row = {
    name: 'line-1',
    direction: 'outbound',
    address: 'sip:10.0.0.9',
    isActive: true,
    seenBy: {},
    registration: null,
    onNode: null,
  };
  const failed = { node: 'node2', state: 'failed', status: 403, phrase: 'Go\u001b[2Jaway' };
  const pages = [
    {
      trunks: [
        { ...row, seenBy: { node1: 'up', node2: 'up' } },
        { ...row, name: 'line-2', registration: { node: 'node3', state: 'registered' } },
      ],
      nextCursor: 'line-2',
    },
    {
      trunks: [
        { ...row, name: 'line-3', seenBy: { node1: 'up', node2: 'down' }, registration: failed },
        { ...row, name: 'line-4', isActive: false, registration: { node: null, state: 'waiting' } },
      ],
    },
  ];
  const command = trunksCommand(async (path) => ({
    status: 200,
    body: path.endsWith('after=') ? pages[0] : pages[1],
  }));
  const { code, lines } = await run(command, {});
  expect(code).toBe(0);
  expect(lines.map((line) => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
    'TRUNK | DIRECTION | STATE | REGISTERED | BREAKER | CALLS | ADDRESS',
    'line-1 | outbound | up | - | - | 0 | sip:10.0.0.9',
    'line-2 | outbound | - | by node3 | - | 0 | sip:10.0.0.9',
    'line-3 | outbound | node1:up node2:down | failed by node2 (403 Go [2Jaway) | - | 0 | sip:10.0.0.9',
    'line-4 | outbound | inactive | waiting | - | 0 | sip:10.0.0.9',
  ]);
  const away = trunksCommand(async () => ({ status: 403, body: { error: { message: 'no' } } }));
  expect(await run(away, {})).toMatchObject({ code: 1, errors: ['no'] });
});
