import { expect, test } from 'vitest';
import { beatBoot } from '../books/boot-leases.ts';
import { openChargedCalls } from '../../test/charged-calls.ts';

test('a process that is a copy ends at once, takes no call and says BYE to nobody', async () => {
  const abandoned: string[] = [];
  const abandon = (fault: { readonly code: string }): void => void abandoned.push(fault.code);
  await using calls = await openChargedCalls('10', {}, {}, undefined, abandon);
  const caller = calls.rig.call();
  await expect.poll(() => calls.rig.legs.length, { timeout: 10_000 }).toBe(1);
  // The other process, which knows of the same beats, beats between ours.
  const isFound = async (): Promise<boolean> => {
    await beatBoot(calls.bench.store, 'node1b', []);
    await calls.pass(1_000);
    return abandoned.includes('LEDGER_BOOT_TWICE');
  };
  await expect.poll(isFound, { timeout: 20_000 }).toBe(true);
  expect(caller.lastOf('hangup')).toBeUndefined();
  const late = calls.rig.call();
  await expect.poll(() => late.lastOf('failed'), { timeout: 10_000 }).toBeDefined();
  expect(calls.rig.legs).toHaveLength(1);
  expect(await calls.row('select state, beats from node_boots')).toMatchObject({ state: 'live' });
});
