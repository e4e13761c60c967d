import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@tandem/engine';
import type { ApiAnswer } from '@tandem/messages';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MoneyBench, openMoneyBench } from '../../test/money-bench.ts';
import { archiveMonth, dropArchive } from '../archive/archive-cdrs.ts';
import { cdrExportResource } from './cdr-export-resource.ts';
import { ReaderWatch } from './reader-watch.ts';
import { writeExport } from './write-export.ts';

describe('the export of records', () => {
  let bench: MoneyBench;
  const month = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() - 3));
  beforeAll(async () => {
    bench = await openMoneyBench();
    const acme = await bench.tenant('acme');
    await bench.query('select prepare_cdr_months_1($1, 1)', [month]);
    const call = { tenant_id: acme, tenant_name: 'acme', tenant_trunk: 'in', sell_amount: '0.1' };
    await write({ ...call, cdr_id: 'good', talk_ms: 61_000, deck_version: 'sell@7' });
    await write({ ...call, cdr_id: 'free', talk_ms: 1_000, sell_amount: '0', node: 'node2' });
    await write({ ...call, cdr_id: 'busy', status: 'busy', sip_code: 486, sip_reason: 'busy' });
    await write({ ...call, cdr_id: 'full', status: 'failed', sip_code: 503, refused_limit: 'c' });
    await write({ ...call, cdr_id: 'dead', sip_reason: 'nodedeath', hangup_by: 'engine' });
    await write({ ...call, cdr_id: 'good/late', kind: 'correction', call_id: 'call-good' });
    const leg = { leg: 'b', kind: 'attempt', attempt: 1, sell_amount: null, vendor_trunk: 'dear' };
    await write({ ...leg, cdr_id: 'try', talk_ms: 61_000, buy_amount: '0.2', margin: '-0.1' });
    await write({ ...call, cdr_id: 'old', start_time: month.toISOString() });
  });
  afterAll(() => bench?.[Symbol.asyncDispose]());

  async function write(row: Readonly<Record<string, unknown>>): Promise<void> {
    const whole = {
      call_id: `call-${String(row['cdr_id'])}`,
      leg: 'a',
      attempt: 0,
      is_final: true,
      node: 'node1',
      start_time: new Date().toISOString(),
      duration_ms: 2_000,
      talk_ms: 0,
      kind: 'call',
      status: 'answered',
      a_number_in: `+49${String(row['cdr_id']).length}`,
      b_number_in: '1415',
      ...row,
    };
    await bench.query(`insert into cdrs select * from json_populate_record(null::cdrs, $1)`, [
      JSON.stringify(whole),
    ]);
  }

  const resource = (): ReturnType<typeof cdrExportResource> =>
    cdrExportResource(bench.store, new ManualClock());

  async function ask(query: Readonly<Record<string, string>>): Promise<ApiAnswer> {
    return await resource().handle({ params: {}, query, body: undefined, actor: 'test' });
  }

  async function idsOf(query: Readonly<Record<string, string>>): Promise<string[]> {
    const { stream } = await ask(query);
    let text = '';
    for await (const chunk of stream!) text += Buffer.from(chunk).toString();
    return text
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[0]!)
      .toSorted();
  }

  test.each<[Record<string, string>, string[]]>([
    [{ minSeconds: '61' }, ['good', 'try']],
    [{ maxSeconds: '1', status: 'answered', kind: 'call' }, ['dead', 'free', 'old']],
    [{ code: '486' }, ['busy']],
    [{ code: '5xx' }, ['full']],
    [{ refusedLimit: 'c' }, ['full']],
    [{ hangupBy: 'engine' }, ['dead']],
    [{ reason: 'busy', tenant: 'acme' }, ['busy']],
    [{ direction: 'out' }, ['try']],
    [{ trunk: 'dear' }, ['try']],
    [{ node: 'node2' }, ['free']],
    [{ deck: 'sell' }, ['good']],
    [{ deck: 'sell@7' }, ['good']],
    [{ deck: 'sell@8' }, []],
    [{ caller: '+493' }, ['old', 'try']],
    [{ called: "14'; drop table cdrs; --" }, []],
    [{ suspect: 'unbilled' }, ['free']],
    [{ suspect: 'loss' }, ['try']],
    [{ suspect: 'orphan' }, ['dead']],
    [{ suspect: 'corrected' }, ['good']],
    [{ suspect: 'any' }, ['dead', 'free', 'good', 'try']],
  ])('by %j has what fits and nothing else', async (query, ids) => {
    expect(await idsOf(query)).toEqual(ids);
  });

  test.each([
    [{ caler: '1' }, 400, 'QUERY_UNKNOWN'],
    [{ code: '9xx' }, 400, 'QUERY_INVALID'],
    [{ minSeconds: '-1' }, 400, 'QUERY_INVALID'],
    [{ caller: 'a\0b' }, 400, 'QUERY_INVALID'],
    [{ tenant: 'nobody' }, 422, 'QUERY_INVALID'],
  ])('with the query %j is refused', async (query, status, code) => {
    expect(await ask(query)).toMatchObject({ status, body: { error: { code } } });
  });

  test('is taken from kept archives too, and says which months are gone', async () => {
    const name = month.toISOString().slice(0, 7);
    const all = await idsOf({});
    expect(all).toContain('old');
    await archiveMonth(bench.store, name);
    expect(await idsOf({})).toEqual(all);
    expect((await ask({})).headers).not.toHaveProperty('tandem-missing-months');
    await dropArchive(bench.store, name);
    expect(await idsOf({})).toEqual(all.filter((id) => id !== 'old'));
    expect((await ask({})).headers).toMatchObject({ 'tandem-missing-months': name });
    expect((await ask({ from: String(Date.now()) })).headers).not.toHaveProperty(
      'tandem-missing-months',
    );
  });

  test('keeps two readers at a time, and gives a sleeping one up', async () => {
    const clock = new ManualClock();
    const sleepy = cdrExportResource(bench.store, clock);
    const request = { params: {}, query: {}, body: undefined, actor: 'test' };
    const [first, second] = [await sleepy.handle(request), await sleepy.handle(request)];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(await sleepy.handle(request)).toMatchObject({ status: 503 });
    await (second.stream as ReaderWatch).return();
    const third = await sleepy.handle(request);
    expect(third.status).toBe(200);
    await clock.advance(60_001);
    await expect((first.stream as ReaderWatch).next()).rejects.toThrow(/took nothing/);
    const fourth = await sleepy.handle(request);
    expect(fourth.status).toBe(200);
    await (fourth.stream as ReaderWatch).return();
  });
});

test('a file that could not be written whole is not there', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tandem-export-'));
  const path = join(directory, 'cdrs.csv');
  async function* torn(): AsyncGenerator<Buffer> {
    yield Buffer.from('header\nrow\n');
    throw new Error('the database went away');
  }
  await expect(writeExport(torn(), path)).rejects.toThrow('went away');
  expect(await readdir(directory)).toEqual([]);
  async function* whole(): AsyncGenerator<Buffer> {
    yield Buffer.from('header\nro');
    yield Buffer.from('w\n');
  }
  expect(await writeExport(whole(), path)).toBe(1);
  expect(await readFile(path, 'utf8')).toBe('header\nrow\n');
  await rm(directory, { recursive: true });
});

test('a slow reader makes the database wait, and fills no memory; one that leaves frees it', async () => {
  await using bench = await openMoneyBench();
  await bench.query(`insert into cdrs (cdr_id, call_id, leg, attempt, is_final, node, start_time,
      duration_ms, talk_ms, status, kind, user_agent)
    select 'c' || n, 'call' || n, 'a', 0, true, 'node1', now(), 1, 1, 'answered', 'call',
      repeat('x', 2000) from generate_series(1, 20000) n`);
  const request = { params: {}, query: {}, body: undefined, actor: 'test' };
  const { stream } = await cdrExportResource(bench.store, new ManualClock()).handle(request);
  const copied = async (): Promise<number | undefined> => {
    const [row] = await bench.query<{ bytes: string }>(
      'select bytes_processed as bytes from pg_stat_progress_copy',
    );
    return row && Number(row.bytes);
  };
  let before: number | undefined;
  await expect
    .poll(
      async () => {
        const now = await copied();
        const stands = now !== undefined && now === before;
        before = now;
        return stands;
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  // Of 41 MB it has sent what the sockets and one stream hold.
  expect(before).toBeLessThan(20_000_000);
  await (stream as ReaderWatch).return();
  await expect.poll(copied, { timeout: 20_000 }).toBeUndefined();
  expect(await bench.store.call('select 1 as one')).toEqual([{ one: 1 }]);
});
