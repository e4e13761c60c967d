import { definePlugin } from '@tandem/engine';
import { SipRig } from '@tandem/testing';
import { expect, test } from 'vitest';

/** Counts who is asked about by address alone, and vouches for everybody if told to. */
function gatekeeper(asked: string[], answer: 'nobody' | 'now' | 'later') {
  return definePlugin({
    name: 'gatekeeper',
    setup(scope) {
      scope.handle('user.auth', { priority: 10 }, ({ params: { username, realm, method } }) => {
        if (username !== '') return undefined;
        asked.push(method);
        if (answer === 'nobody') return undefined;
        const known = { username: 'trunk', realm, ha1Md5: '', ha1Sha256: '', isTrusted: true };
        return answer === 'now' ? known : Promise.resolve(known);
      });
    },
  });
}

test('a call without a password is challenged before anything is kept of it', async () => {
  await using rig = await SipRig.start();
  const asked: string[] = [];
  await rig.engine.install(gatekeeper(asked, 'nobody'));
  const forger = await rig.phone('alice', 'wrong');
  const caller = forger.call('bob');
  expect(await caller.refused.wait()).toBe(401);
  // The first INVITE got 401 alone; the second one, with a wrong password, 100 before its own.
  expect(await rig.meter('tandem_sip_sent_total', { kind: '4xx' })).toBe(2);
  expect(await rig.meter('tandem_sip_sent_total', { kind: '1xx' })).toBe(1);
  expect(asked.filter((method) => method === 'INVITE')).toHaveLength(1);
});

test.each(['now', 'later'] as const)(
  'who is vouched for %s is asked for no password',
  async (answer) => {
    await using rig = await SipRig.start();
    const asked: string[] = [];
    await rig.engine.install(gatekeeper(asked, answer));
    const trunk = await rig.phone('alice', 'a');
    const caller = trunk.call('nobody-there');
    expect(await caller.refused.wait()).not.toBe(401);
    // What can be said at the door is not asked again behind it.
    expect(asked).toEqual(answer === 'now' ? ['INVITE'] : ['INVITE', 'INVITE']);
  },
);
