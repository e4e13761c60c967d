import type { CallFacts } from '@tandem/engine';
import { expect, test } from 'vitest';
import { smallSetup, WholesaleRig } from '../wholesale-rig.test-support.ts';

/** A call that was routed to 4930123456, and that carrier-1 now sends to another number. */
async function redirected(rig: WholesaleRig, called: string) {
  const first = await rig.route();
  const facts: CallFacts = {
    wholesale: first.facts!,
    admitted: { charge: 'c1', node: 'node1' },
    redirect: { from: '4930123456', trunk: 'carrier-1' },
  };
  return { before: first.facts, ...(await rig.route({ called }, undefined, facts)) };
}

test('a redirected call is rated anew, and goes by the carriers that did not send it away', async () => {
  await using rig = await WholesaleRig.open();
  await rig.apply(smallSetup);
  const { answer, calltos, before, facts } = await redirected(rig, '+4930555');
  expect(answer).toHaveProperty('groups');
  expect(calltos).toEqual(['sip/sip:4930555@10.0.0.10']);
  // The tenant pays as he was admitted; the carrier is paid for the number that is called.
  expect(facts?.sell).toBe(before?.sell);
  expect([...(facts?.buy?.keys() ?? [])]).toEqual(['carrier-2']);
});

test.each([
  ['to a number that is dearer', '4930999', { rate: '0.90' }, 'forbidden'],
  [
    'to one whose connection is dearer',
    '4930999',
    { rate: '0.20', connectFee: '0.50' },
    'forbidden',
  ],
  ['to one billed in longer steps', '4930999', { rate: '0.20', first: 600 }, 'forbidden'],
  ['to one that nobody sells', '338001', undefined, 'norate'],
  ['to a name', 'bob', undefined, 'incomplete'],
])('a call redirected %s is refused', async (_, called, rate, word) => {
  await using rig = await WholesaleRig.open();
  const [sell, buy] = smallSetup.decks;
  const rates = [...sell.rates, ...(rate === undefined ? [] : [{ prefix: '4930999', ...rate }])];
  await rig.apply({ ...smallSetup, decks: [{ ...sell, rates }, buy] });
  const { answer } = await redirected(rig, called);
  expect(answer).toMatchObject({ refused: word });
});
