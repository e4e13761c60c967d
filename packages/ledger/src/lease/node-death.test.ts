import { answered, gone, hangup, progress } from '@tandem/testing';
import { describe, expect, test } from 'vitest';
import { type ChargedCalls, openChargedCalls } from '../../test/charged-calls.ts';

/** A node whose clock is not turned stands still as if it were stopped: its beats are missing. */
const SECTION = { deadAfter: '1s' };
const DEAD_MS = 1_300;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function answeredCall(calls: ChargedCalls) {
  const said = { callId: 'in@192.0.2.7', userAgent: 'Phone\0 1.0' };
  const caller = calls.rig.call({}, { isQuick: true, ...said });
  await expect.poll(() => calls.rig.legs.length, { timeout: 10_000 }).toBe(1);
  Object.assign(calls.rig.leg('bob'), { callId: 'out@carrier', userAgent: 'Switch' });
  await calls.pass(1_000);
  calls.rig.leg('bob').tell(progress('d'));
  await calls.pass(1_000);
  calls.rig.leg('bob').tell(answered('d'));
  await calls.pass(2_000);
  return caller;
}

/** The living node beats until the other's lease is over, and then closes its calls. */
async function outlive(survivor: ChargedCalls): Promise<void> {
  const until = performance.now() + DEAD_MS;
  while (performance.now() < until) await survivor.pass(1_000);
  await survivor.pass(3_000);
}

describe('a node that dies', () => {
  test('has its calls closed by a sister up to its last beat, and its limits freed', async () => {
    await using calls = await openChargedCalls('10', SECTION);
    await using sister = await calls.sister('node2');
    await answeredCall(calls);
    await pause(500);
    await calls.pass(1_000);
    await outlive(sister);
    expect(await calls.row('select held, active from tenants')).toEqual({
      held: '0.000000',
      active: 0,
    });
    expect(
      await calls.row(`select closed_by, amount > 0 as paid from charges
      where side = 'sale'`),
    ).toEqual({ closed_by: 'orphan', paid: true });
    // Its record is as full as its own node's would be.
    const told = await calls.bench.query(
      `select leg, sip_call_id_a as a, sip_call_id_b as b, user_agent as agent,
         extract(epoch from ring_time - start_time)::int as rang,
         answer_time > ring_time as answered, sip_reason as reason from cdrs order by leg`,
    );
    const common = { answered: true, reason: 'nodedeath' };
    expect(told).toEqual([
      { ...common, leg: 'a', a: 'in@192.0.2.7', b: null, agent: 'Phone\ufffd 1.0', rang: 1 },
      { ...common, leg: 'b', a: null, b: 'out@carrier', agent: 'Switch', rang: 1 },
    ]);
    expect(await calls.bench.contradictions()).toEqual([]);
  });

  test('and wakes, ends its calls and posts the difference to what it was charged', async () => {
    await using calls = await openChargedCalls('10', SECTION);
    await using sister = await calls.sister('node2');
    const caller = await answeredCall(calls);
    await outlive(sister);
    // It talked on meanwhile: 28 s in all by its own clock.
    calls.rig.clock.advanceSync(26_000);
    await pause(100);
    await calls.pass(2_000);
    expect(caller.lastOf('hangup')).toMatchObject({ reason: 'noresource' });
    calls.rig.leg('bob').tell(gone());
    await calls.settle();
    const { billed } = await calls.row(
      `select sum(sell_amount) as billed from cdrs where leg = 'a'`,
    );
    const { talk } = await calls.row(
      `select max(talk_ms) as talk from cdrs where leg = 'a' and kind = 'correction'`,
    );
    const seconds = Math.ceil(Number(talk) / 1_000);
    expect(seconds).toBeGreaterThanOrEqual(28);
    expect(Number(billed)).toBeCloseTo((seconds * 0.1) / 60, 5);
    expect(await calls.row('select count(*) as late from late')).toEqual({ late: '2' });
    expect(await calls.bench.contradictions()).toEqual([]);
    const isBack = async (): Promise<unknown> => {
      await calls.pass(1_000);
      return (await calls.row(`select state from node_boots where boot = 'node1br1'`))['state'];
    };
    await expect.poll(isBack, { timeout: 15_000 }).toBe('live');
    calls.rig.call();
    await expect.poll(() => calls.rig.legs.length, { timeout: 10_000 }).toBe(2);
  });

  test('after an outage of the database nobody is marked dead', async () => {
    await using calls = await openChargedCalls('10', SECTION);
    await using sister = await calls.sister('node2');
    const caller = await answeredCall(calls);
    // Nobody beat for a while: as far as the leases tell, both are dead.
    await pause(DEAD_MS + 500);
    await calls.bench.query(`update node_boots set last_seen = last_seen - interval '20 s'`);
    await sister.pass(1_000);
    await calls.pass(1_000);
    await sister.pass(1_000);
    expect(caller.lastOf('hangup')).toBeUndefined();
    expect(await calls.row(`select count(*) from node_boots where state = 'live'`)).toEqual({
      count: '2',
    });
    caller.tell(hangup('caller'));
    caller.tell(gone());
    calls.rig.leg('bob').tell(gone());
    await calls.settle();
    expect(await calls.bench.contradictions()).toEqual([]);
  });
});
