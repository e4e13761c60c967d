import type { Lane } from '@tandem/store';
import { expect, test } from 'vitest';
import { closeRecord, holdRequest as request, openMoneyBench } from '../../test/money-bench.ts';
import { openCharge } from '../../test/open-charge.ts';
import { admitCalls, extendCalls, releaseCalls } from '../books/admit-calls.ts';
import { beatBoot, fenceBoots } from '../books/boot-leases.ts';
import type { MoneyCaller } from '../books/money-caller.ts';
import { closeCalls } from '../books/close-calls.ts';
import { sweepHolds } from '../lease/sweep-holds.ts';

/*
 * Random interleavings of a node that was thought dead with two survivors: both fence and sweep,
 * while it wakes, beats, admits, extends, settles (a record twice in a batch) and replays.
 *
 *   TANDEM_TRIALS=10000 npx vitest run packages/ledger/src/settlement/interleavings
 */
const TRIALS = Number(process.env['TANDEM_TRIALS'] ?? 250);
const AT_ONCE = 6;
const CALLS = 6;
const TENANTS = 5;

/** A generator of its own seed: a failing run can be run again. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Trial {
  readonly lane: Lane;
  readonly tenants: readonly string[];
  readonly number: number;
}

async function runTrial({ lane, tenants, number }: Trial): Promise<'fenced' | 'won'> {
  const roll = dice(number + 1);
  const boot = `dead${number}`;
  await lane.call(
    `insert into node_boots (node, boot, dead_after, last_seen)
     values ($1, $1, interval '6 s', clock_timestamp() - interval '7 s')`,
    [boot],
  );
  const calls = Array.from({ length: CALLS }, (_, index) => {
    const charge = `t${number}c${index}`;
    const tenantId = tenants[Math.floor(roll() * TENANTS)]!;
    const record = JSON.stringify(openCharge(charge, boot, tenantId));
    return request(charge, { tenantId, record });
  });
  await admitCalls(lane, boot, calls.slice(0, CALLS - 1));
  const records = calls.map(({ charge, tenantId }) =>
    closeRecord(charge, { tenantId, boot, amount: `0.${1 + Math.floor(roll() * 9)}00000` }),
  );
  let isFenced = false;
  const survivor = async (): Promise<void> => {
    await pause(roll() * 4);
    await fenceBoots(lane, 'survivor');
    await sweepHolds(lane);
  };
  const zombie = async (): Promise<void> => {
    await pause(roll() * 4);
    const answers = calls.map(({ charge }) => ({ charge, agoMs: 60_000 }));
    isFenced = (await beatBoot(lane, boot, answers)) === undefined;
    const [last] = calls.slice(-1);
    await Promise.all([
      admitCalls(lane, boot, [last!]),
      extendCalls(lane, boot, [
        { charge: calls[0]!.charge, tenantId: calls[0]!.tenantId!, targetMicros: 200_000n },
      ]),
      roll() < 0.3 ? releaseCalls(lane, boot, [last!]) : undefined,
    ]);
    await closeCalls(lane, [...records, records[0]!]);
  };
  const replay = async (): Promise<void> => {
    await pause(4 + roll() * 6);
    await closeCalls(lane, records);
  };
  await Promise.all([survivor(), zombie(), survivor(), replay()]);
  await closeCalls(lane, records);
  return isFenced ? 'fenced' : 'won';
}

/** Keeps a boot's lease fresh until it is disposed of; the last beat is waited for. */
function beating(caller: MoneyCaller, boot: string): AsyncDisposable {
  let last: Promise<unknown> = Promise.resolve();
  const beats = setInterval(() => {
    last = beatBoot(caller, boot, []);
  }, 500);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(beats);
      await last;
    },
  };
}

test(`${TRIALS} random interleavings of owner, survivors and replay: each call is charged once`, async () => {
  await using bench = await openMoneyBench();
  const tenants = await Promise.all(
    Array.from({ length: TENANTS }, (_, index) =>
      bench.tenant(`tenant${index}`, { balance: '1000000' }),
    ),
  );
  await bench.query(`insert into node_boots (node, boot, dead_after, continuous_since)
      values ('survivor', 'survivor', interval '6 s', clock_timestamp() - interval '1 hour')`);
  await using _beats = beating(bench.store, 'survivor');
  const lane = bench.lane('race', 12);
  const ends = { fenced: 0, won: 0 };
  let next = 0;
  const runner = async (): Promise<void> => {
    while (next < TRIALS) ends[await runTrial({ lane, tenants, number: next++ })]++;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runner));
  await sweepHolds(lane);
  const [counts] = await bench.query<{ calls: bigint; left: bigint }>(
    `select (select count(*) from charges) as calls,
         (select count(*) from holds where not is_void) as left`,
  );
  expect(counts).toEqual({ calls: String(TRIALS * CALLS), left: '0' });
  expect(ends.fenced).toBeGreaterThan(0);
  expect(ends.won).toBeGreaterThan(0);
  expect(await bench.contradictions()).toEqual([]);
}, 600_000);
