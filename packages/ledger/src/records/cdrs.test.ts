import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MoneyBench, openMoneyBench } from '../../test/money-bench.ts';
import { cdrResource } from './cdr-resource.ts';
import type { CdrEntry } from './list-cdrs.ts';

const DAY_MS = 86_400_000;
/** A month before the oldest partition: these rows lie in the default one. */
const LONG_AGO_MS = 200 * DAY_MS;

interface Answer {
  readonly status: number;
  readonly cdrs: readonly CdrEntry[];
  readonly nextCursor: string | undefined;
  readonly error: { readonly code: string; readonly where?: string } | undefined;
}

describe('records of calls that are over', () => {
  let bench: MoneyBench;
  const now = Math.floor(Date.now() / 1_000) * 1_000;
  beforeAll(async () => {
    bench = await openMoneyBench();
    const [acme, beta] = [await bench.tenant('acme'), await bench.tenant('beta')];
    for (let index = 0; index < 60; index++) {
      const isBeta = index % 3 === 0;
      // Five calls begin in the same millisecond; one in six is as old as no partition.
      const ageMs = (index % 6 === 5 ? LONG_AGO_MS : 0) + Math.floor(index / 5) * 3 * DAY_MS;
      await write({
        cdr_id: `n1-b-c${index}`,
        call_id: `n1-b-${index}`,
        tenant_id: isBeta ? beta : acme,
        tenant_name: isBeta ? 'beta' : 'acme',
        tenant_trunk: isBeta ? 'beta-in' : 'acme-in',
        node: `node${(index % 3) + 1}`,
        a_number_in: index === 7 ? '4420_%' : `4420${index}`,
        b_number_in: `1415${index}`,
        start_time: new Date(now - ageMs).toISOString(),
        status: index % 2 === 0 ? 'answered' : 'ringing',
        sell_amount: '0.100000',
        currency: 'USD',
      });
    }
    const attempt = { call_id: 'n1-b-0', leg: 'b', kind: 'attempt', start_time: at(now + 10) };
    await write({ ...attempt, cdr_id: 'a1', attempt: 1, vendor_trunk: 'dear', status: 'failed' });
    const won = { attempt: 2, vendor_trunk: 'cheap', status: 'answered', buy_amount: '0.040000' };
    await write({ ...attempt, ...won, cdr_id: 'a2', start_time: at(now + DAY_MS) });
    const late = { ...attempt, cdr_id: 'n1-b-c0/late', leg: 'a', kind: 'correction' };
    await write({ ...late, sell_amount: '-0.030000' });
  }, 60_000);
  afterAll(() => bench?.[Symbol.asyncDispose]());

  const at = (epochMs: number): string => new Date(epochMs).toISOString();

  async function write(row: Readonly<Record<string, unknown>>): Promise<void> {
    const whole = {
      leg: 'a',
      attempt: 0,
      is_final: true,
      node: 'node1',
      duration_ms: 2_000,
      talk_ms: 1_000,
      kind: 'call',
      status: 'ringing',
      ...row,
    };
    await bench.query(`insert into cdrs select * from json_populate_record(null::cdrs, $1)`, [
      JSON.stringify(whole),
    ]);
  }

  async function ask(query: Readonly<Record<string, string>>): Promise<Answer> {
    const request = { params: {}, query, body: undefined, actor: 'test' };
    const { status, body } = await cdrResource(bench.store).handle(request);
    return { status, ...(body as Omit<Answer, 'status'>) };
  }

  test('pages follow one another over all months without a gap or a repetition', async () => {
    const { cdrs: all, nextCursor: none } = await ask({ limit: '1000' });
    expect(all).toHaveLength(60);
    expect(none).toBeUndefined();
    const started = all.map(({ startedAt }) => startedAt);
    expect(started).toEqual(started.toSorted((a, b) => b - a));
    const paged: CdrEntry[] = [];
    let cursor: string | undefined;
    do {
      const page = await ask({ limit: '7', ...(cursor === undefined ? {} : { cursor }) });
      paged.push(...page.cdrs);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(paged.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
  });

  test('a record that comes meanwhile moves no page', async () => {
    const first = await ask({ limit: '10' });
    const newer = {
      cdr_id: 'new',
      call_id: 'new',
      start_time: at(now + 60_000),
      status: 'ringing',
    };
    await write(newer);
    const second = await ask({ limit: '10', cursor: first.nextCursor! });
    await bench.query(`delete from cdrs where cdr_id = 'new'`);
    const { cdrs } = await ask({ limit: '20' });
    expect([...first.cdrs, ...second.cdrs].map(({ id }) => id)).toEqual(cdrs.map(({ id }) => id));
  });

  test('each filter keeps what fits and nothing else', async () => {
    const count = async (query: Readonly<Record<string, string>>) =>
      (await ask({ limit: '1000', ...query })).cdrs.length;
    expect(await count({ tenant: 'beta' })).toBe(20);
    expect(await count({ tenant: 'nobody' })).toBe(0);
    expect(await count({ node: 'node2' })).toBe(20);
    expect(await count({ status: 'answered', tenant: 'acme' })).toBe(20);
    expect(await count({ trunk: 'acme-in' })).toBe(40);
    expect(await count({ trunk: 'dear' })).toBe(1);
    expect(await count({ called: '14152' })).toBe(11);
    expect(await count({ caller: '4420_' })).toBe(1);
    expect(await count({ caller: '4420%' })).toBe(0);
    expect(await count({ call: 'n1-b-0' })).toBe(1);
    expect(await count({ call: 'n1-b-0', kind: 'all' })).toBe(4);
    expect(await count({ kind: 'attempt' })).toBe(2);
    expect(await count({ from: at(now), tenant: '' })).toBe(5);
    expect(await count({ to: String(now - 100 * DAY_MS) })).toBe(10);
  });

  test('a call shows what its attempts cost, the carrier that answered, and its correction', async () => {
    const { cdrs } = await ask({ call: 'n1-b-0' });
    expect(cdrs).toMatchObject([
      {
        callId: 'n1-b-0',
        tenant: 'beta',
        inboundTrunk: 'beta-in',
        outboundTrunk: 'cheap',
        price: '0.070000',
        cost: '0.040000',
        currency: 'USD',
        startedAt: now,
        answeredAt: null,
        durationMs: 2_000,
      },
    ]);
  });

  test.each([
    [{ tenat: 'acme' }, 'QUERY_UNKNOWN', 'tenat'],
    [{ limit: '0' }, 'QUERY_INVALID', 'limit'],
    [{ limit: '1e3' }, 'QUERY_INVALID', 'limit'],
    [{ cursor: 'nonsense' }, 'QUERY_INVALID', 'cursor'],
    [{ from: 'yesterday' }, 'QUERY_INVALID', 'from'],
    [{ kind: 'bill' }, 'QUERY_INVALID', 'kind'],
  ])('the query %j is refused, and says where it is wrong', async (query, code, where) => {
    const answer = await ask(query);
    expect(answer.status).toBe(400);
    expect(answer.error).toMatchObject({ code, where });
    expect((await ask({ caller: 'x'.repeat(300) })).error?.where).toBe('caller');
  });
});
