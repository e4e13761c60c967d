import { type PhoneCall, startCluster } from '@tandem/testing';
import { expect, test } from 'vitest';

const CALLS = 6;

test('40. a node under twice its load refuses new INVITEs, and every ACK, BYE, CANCEL and PRACK of running calls still passes', async () => {
  const sections = { switch: { callsMax: String(CALLS) } };
  await using cluster = await startCluster(2, { sections });
  const alice = await cluster.phone('node1', 'alice');
  const bob = await cluster.registered('node2', 'bob');
  const calls = Array.from({ length: 2 * CALLS }, () => alice.call('bob'));
  await cluster.until(
    'each is taken or refused',
    () => calls.filter(({ refused }) => refused.isOver).length + bob.calls.length === 2 * CALLS,
  );
  const refused = calls.filter((call) => call.refused.isOver);
  expect(refused).toHaveLength(CALLS);
  for (const { responses } of refused) {
    expect(responses.at(-1)?.status).toBe(503);
    expect(Number(responses.at(-1)?.get('Retry-After'))).toBeGreaterThan(0);
  }
  const running = calls.filter((call) => !call.refused.isOver);

  // New ones keep coming, and are refused, while the running ones go through their lives.
  const turnedAway: PhoneCall[] = [];
  const knock = async (): Promise<void> => {
    const call = alice.call('bob');
    await cluster.until('it is refused', call.refused);
    expect(call.statuses).toEqual([503]);
    turnedAway.push(call);
  };
  for (const call of bob.calls) call.ring();
  await knock();
  await cluster.until('all ring', () => running.every(({ ringing }) => ringing.isOver));
  const [cancelled, ...others] = running;
  const lost = bob.calls.find(({ ended }) => !ended.isOver);
  await knock();
  const answered = bob.calls.filter((call) => call !== lost);
  for (const call of bob.calls) call.answer();
  await cluster.until('all are answered', () => running.every((call) => call.answered.isOver));
  await cluster.until('all have their ACK', () => answered.every((call) => call.answered.isOver));
  await knock();
  for (const call of running) expect(await cluster.turnUntil(call.sendDigit('1'))).toBe(200);
  await cluster.turnUntil(Promise.all(others.map((call) => call.hangUp())));
  expect(await cluster.turnUntil(cancelled!.hangUp())).toBe(200);
  expect(turnedAway).toHaveLength(3);

  // With room again, calls are taken again; and a CANCEL passes when there is none.
  const again = Array.from({ length: 2 * CALLS }, () => alice.call('bob'));
  await cluster.until(
    'each is taken or refused',
    () => bob.calls.length + again.filter((call) => call.refused.isOver).length === 3 * CALLS,
  );
  const taken = again.filter((call) => !call.refused.isOver);
  expect(taken).toHaveLength(CALLS);
  for (const call of bob.calls.slice(CALLS)) call.ring();
  await cluster.until('all ring', () => taken.every(({ ringing }) => ringing.isOver));
  for (const call of taken) call.cancel();
  await cluster.until('all are let go', () => taken.every((call) => call.refused.isOver));
  for (const call of taken) expect(call.statuses.at(-1)).toBe(487);
  expect(await cluster.faults()).toEqual([]);
});
