import { definePlugin, z } from '@tandem/engine';

/*
 * For the stories of test/stories: vouches for one address, and reads where a number leads off the
 * number itself, such as near-5071-5072-udp: two ports at which phones wait. One of them at this
 * node or at node2, one after the other, both at once and on two nodes.
 */
export const plugin = definePlugin({
  name: 'stories',
  config: z.object({ source: z.string(), phone: z.string(), other: z.string() }),
  setup(scope, { source, phone, other }) {
    scope.handle('user.auth', { priority: 50, where: { username: '' } }, ({ params }) => {
      const isKnown = params.address.startsWith(`${source}:`);
      return isKnown
        ? { username: 'story', realm: params.realm, ha1Md5: '', ha1Sha256: '' }
        : undefined;
    });
    scope.handle('call.route', { priority: 80 }, ({ params }) => {
      const [kind, first, second, transport] = params.called.split('-');
      if (transport === undefined) return undefined;
      const one = { callto: `sip/sip:story@${phone}:${first};transport=${transport}` };
      const two = { callto: `sip/sip:story@${other}:${second};transport=${transport}` };
      const carrier = { ...one, params: { authUsername: 'us', authPassword: 'wrong' } };
      const trusted = { ...two, params: { driverOptions: { trusted: true } } };
      const away = (branch) => ({ ...branch, callto: `cluster/node2/${branch.callto}` });
      const groups = {
        near: [[one]],
        far: [[away(one)]],
        fork: [[one, away(two)]],
        hunt: [[{ ...one, params: { noReplyMs: 1_000 } }], [two]],
        auth: [[carrier], [two]],
        known: [[one], [trusted]],
      }[kind];
      return groups === undefined ? undefined : { groups };
    });
  },
});
