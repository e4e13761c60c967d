import { definePlugin } from '@tandem/engine';
import { hashCredentials } from '@tandem/sip-stack';
import { SipRig } from '@tandem/testing';
import { expect, test } from 'vitest';

/** Remembers an old password of Bob's, and is asked before who knows the one of today. */
function rememberOldPassword(asked: boolean[]) {
  return definePlugin({
    name: 'memory',
    setup(scope) {
      scope.handle('user.auth', { priority: 10 }, ({ params: { username, realm, isFresh } }) => {
        if (username !== 'bob') return undefined;
        asked.push(isFresh === true);
        if (isFresh === true) return undefined;
        return {
          username,
          realm,
          ha1Md5: hashCredentials('MD5', username, realm, 'old'),
          ha1Sha256: hashCredentials('SHA-256', username, realm, 'old'),
          isRemembered: true,
        };
      });
    },
  });
}

test('a new password counts at once, also where the old one is still remembered', async () => {
  await using rig = await SipRig.start();
  const asked: boolean[] = [];
  await rig.engine.install(rememberOldPassword(asked));
  const bob = await rig.phone('bob', 'b');
  expect((await bob.register()).status).toBe(200);
  expect(asked).toEqual([false, true]);
});

test('what is remembered and fits is not asked for again', async () => {
  await using rig = await SipRig.start();
  const asked: boolean[] = [];
  await rig.engine.install(rememberOldPassword(asked));
  const bob = await rig.phone('bob', 'old');
  expect((await bob.register()).status).toBe(200);
  expect(asked).toEqual([false]);
});

test('a wrong password is looked up afresh once, and refused', async () => {
  await using rig = await SipRig.start();
  const asked: boolean[] = [];
  await rig.engine.install(rememberOldPassword(asked));
  const forger = await rig.phone('bob', 'wrong');
  expect((await forger.register()).status).toBe(401);
  expect(asked).toEqual([false, true]);
  expect(await rig.meter('tandem_sip_auth_refused_total', { reason: 'password' })).toBe(1);
});
