import { answered, failed, gone, hangup } from '@tandem/testing';
import { describe, expect, test } from 'vitest';
import { openChargedCalls } from '../../test/charged-calls.ts';
import { closeRecord, openMoneyBench } from '../../test/money-bench.ts';
import { archiveMonth, dropArchive } from '../archive/archive-cdrs.ts';
import { closeCalls } from '../books/close-calls.ts';
import { explainCall } from './explain.ts';

/** The words of a timeline, in order. */
function events(call: Record<string, unknown> | undefined): readonly string[] {
  const timeline = call?.['timeline'] as readonly { event: string; detail: string }[];
  return timeline.map(({ event, detail }) => `${event}: ${detail}`);
}

const instant = (at: number): string => new Date(at).toISOString();

describe('the story of a call', () => {
  test('shows the failover: each attempt, what it came to, and what was held meanwhile', async () => {
    await using calls = await openChargedCalls('10');
    const { rig } = calls;
    rig.route = {
      groups: ['test/first', 'test/second'].map((callto) => [
        { callto, params: { trunk: 'carrier-1' } },
      ]),
    };
    const caller = rig.call({}, { isQuick: true });
    await expect.poll(() => rig.legs.length, { timeout: 10_000 }).toBe(1);
    await calls.pass(1_000);
    rig.leg('first').tell(failed(503));
    await expect.poll(() => rig.legs.length, { timeout: 10_000 }).toBe(2);
    rig.leg('second').tell(answered('d'));
    await calls.pass(32_000);
    await expect
      .poll(() => calls.row('select held from tenants'), { timeout: 10_000 })
      .toEqual({ held: '0.200000' });
    caller.tell(hangup('caller'));
    caller.tell(gone());
    rig.leg('second').tell(gone());
    await calls.settle();
    const { call_id: id } = await calls.row(`select call_id from cdrs where leg = 'a'`);
    const call = await explainCall(calls.bench.store, String(id));
    const told = events(call);
    // The clock that is turned and that of the database differ: the order is not that of a day.
    expect(told.toSorted()).toEqual([
      'answered: ',
      'attempt 1 failed: 503 sip503',
      'attempt 1 placed: carrier-1 test/first',
      'attempt 2 answered: carrier-1 test/second',
      'attempt 2 placed: carrier-1 test/second',
      'began: +49891 calls 0049302',
      expect.stringMatching(/^charged: 0\.05\d+ USD for 3\d s$/),
      expect.stringMatching(/^ended: 200 .*by caller$/),
      'held: 0.100000 USD',
      'held: 0.200000 USD',
    ]);
    // By its charge it is the same call.
    const { id: charge } = call!['charge'] as { id: string };
    expect(await explainCall(calls.bench.store, charge)).toMatchObject({ id });
  });

  test('of a refused call names the limit', async () => {
    await using calls = await openChargedCalls('0');
    const caller = calls.rig.call({}, { isQuick: true });
    await expect.poll(() => caller.lastOf('failed'), { timeout: 10_000 }).toBeDefined();
    caller.tell(gone());
    await calls.settle();
    const { call_id: id } = await calls.row('select call_id from cdrs');
    const call = await explainCall(calls.bench.store, String(id));
    expect(call).toMatchObject({
      outcome: { status: 402, refusedLimit: 'tenant.credit' },
      charge: { price: '0.000000' },
      versions: { deck: 'sell-a@7' },
    });
    expect(events(call).join('\n')).toMatch(/refused: 402 .*, limit tenant\.credit/);
  });

  test('of an orphan tells when its node died, and what its own record said later', async () => {
    await using bench = await openMoneyBench();
    const tenantId = await bench.tenant('acme', { balance: '10' });
    const startedAt = Date.now() - 60_000;
    await bench.boot('b1');
    await bench.query(`update node_boots set state = 'dead',
      last_seen = clock_timestamp() - interval '30 s'`);
    const common = {
      end_time: instant(startedAt + 30_000),
      sip_code: 200,
      sip_reason: 'nodedeath',
      hangup_by: 'engine',
      currency: 'USD',
      a_number_in: '1',
      b_number_in: '2',
      sell_billed_s: 30,
    };
    const part = { tenantId, startedAt };
    await closeCalls(bench.store, [closeRecord('a', { ...part, by: 'orphan', cdr: common })]);
    const story = { trail: [], candidates: [], held: '0.100000', paidMs: 60_000 };
    await closeCalls(bench.store, [
      closeRecord('a', { ...part, amount: '0.150000', cdr: { ...common, story } }),
    ]);
    const call = await explainCall(bench.store, 'call-of-a');
    expect(call).toMatchObject({
      charge: { price: '0.150000', closedBy: 'orphan', corrections: 1 },
      holds: [{ amount: '0.100000' }],
    });
    expect(events(call)).toEqual([
      'began: 1 calls 2',
      expect.stringMatching(/^ended: 200 nodedeath, by engine$|^last sign of life/),
      expect.stringMatching(/^ended: 200 nodedeath, by engine$|^last sign of life/),
      'charged: 0.100000 USD for 30 s, by another node',
      'its own node’s record came: 0.050000',
    ]);
  });

  test('of a call whose records were deleted is its charge', async () => {
    await using bench = await openMoneyBench();
    const tenantId = await bench.tenant('acme', { balance: '10' });
    const now = new Date();
    const startedAt = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 2, 3);
    await closeCalls(bench.store, [closeRecord('a', { tenantId, startedAt })]);
    const month = instant(startedAt).slice(0, 7);
    await archiveMonth(bench.store, month);
    expect(await dropArchive(bench.store, month)).toBe(true);
    expect(await explainCall(bench.store, 'a')).toMatchObject({
      tenant: 'acme',
      outcome: { reason: 'its records are archived' },
      charge: { price: '0.100000' },
    });
    expect(await explainCall(bench.store, 'call-of-a')).toBeUndefined();
  });
});
