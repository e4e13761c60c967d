import { type Phone, type PhoneCall, SipRig } from '@tandem/testing';
import { expect, test } from 'vitest';

/** Rings and answers, whatever is lost: the clock is turned meanwhile. */
async function connect(
  rig: SipRig,
  alice: Phone,
  bob: Phone,
): Promise<readonly [caller: PhoneCall, callee: PhoneCall]> {
  bob.onCall = (call) => {
    call.ring();
    call.answer();
  };
  const caller = alice.call('bob');
  while (!caller.answered.isOver) await rig.clock.advance(200);
  return [caller, bob.calls[0]!];
}

function loseFirst(
  rig: SipRig,
  count: number,
  matches: (from: string, text: string) => boolean,
): void {
  let left = count;
  rig.network.passes = ({ from, text }) => !(matches(from, text) && left-- > 0);
}

const answersInvite = (text: string): boolean =>
  text.startsWith('SIP/2.0 200') && text.includes('INVITE\r\n');

test('the first 200s to the caller are lost and are repeated until the ACK', async () => {
  await using rig = await SipRig.start();
  const [alice, bob] = await rig.aliceAndBob();
  loseFirst(rig, 2, (from, text) => from === rig.server && answersInvite(text));
  const [caller, callee] = await connect(rig, alice, bob);
  await caller.hangUp();
  await callee.ended.wait();
  expect(await rig.faults()).toEqual([]);
});

test('the first ACK is lost, the 200 comes again and is acknowledged again', async () => {
  await using rig = await SipRig.start();
  const [alice, bob] = await rig.aliceAndBob();
  const isAck = (text: string): boolean => text.startsWith('ACK');
  loseFirst(rig, 1, (from, text) => from === rig.server && isAck(text));
  const [caller, callee] = await connect(rig, alice, bob);
  await rig.clock.advance(1_000);
  expect(callee.answered.isOver).toBe(true);
  expect(await caller.hangUp()).toBe(200);
  expect(await rig.faults()).toEqual([]);
});

test('no ACK ever comes and both sides are hung up after 64 T1', async () => {
  await using rig = await SipRig.start();
  const [alice, bob] = await rig.aliceAndBob();
  rig.network.passes = ({ from, text }) => from !== alice.address || !text.startsWith('ACK');
  const [caller, callee] = await connect(rig, alice, bob);
  await rig.clock.advance(33_000);
  expect((await caller.ended.wait())?.get('Reason')).toBe('Q.850;cause=102');
  await callee.ended.wait();
  expect(await rig.faults()).toEqual([]);
  expect(rig.finals('incoming')[0]).toMatchObject({ reason: 'noack', hangupBy: 'engine' });
  expect(await rig.meter('tandem_sip_missing_acks_total')).toBe(1);
});

test('the INVITE is repeated after the 200 and makes no second call', async () => {
  await using rig = await SipRig.start();
  const [alice, bob] = await rig.aliceAndBob();
  const [caller] = await connect(rig, alice, bob);
  const invite = rig.network.log.findLast(
    ({ from, text }) => from === alice.address && text.startsWith('INVITE'),
  );
  rig.network.send(invite!);
  await rig.clock.advance(100);
  expect(bob.calls).toHaveLength(1);
  await caller.hangUp();
  expect(await rig.faults()).toEqual([]);
  expect(rig.finals('incoming')).toHaveLength(1);
});

test('one in five messages is lost both ways and every call completes with exactly one CDR', async () => {
  await using rig = await SipRig.start();
  const [alice, bob] = await rig.aliceAndBob();
  let seed = 7;
  rig.network.passes = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648 >= 0.2;
  };
  bob.onCall = (call) => {
    call.ring();
    call.answer();
  };
  for (let count = 0; count < 10; count++) {
    const caller = alice.call('bob');
    for (let turn = 0; turn < 200 && !caller.answered.isOver; turn++) await rig.clock.advance(200);
    expect(caller.answered.isOver).toBe(true);
    const bye = caller.hangUp();
    await rig.clock.advance(33_000);
    await bye;
  }
  rig.network.passes = () => true;
  expect(await rig.faults()).toEqual([]);
  expect(rig.finals('incoming')).toHaveLength(10);
  expect(rig.finals('outgoing')).toHaveLength(10);
});

test('a BYE that never arrives leaves nothing behind on our side', async () => {
  await using rig = await SipRig.start();
  const [alice, bob] = await rig.aliceAndBob();
  const [caller] = await connect(rig, alice, bob);
  rig.network.passes = ({ to }) => to !== bob.address;
  await caller.hangUp();
  await rig.clock.advance(33_000);
  expect(await rig.faults()).toEqual([]);
});
