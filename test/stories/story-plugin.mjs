import { definePlugin, z } from '@tandem/engine';

/*
 * For the stories of test/stories: vouches for one address, and knows where its numbers lead: to
 * one phone at this node or at node2, to one after the other, to both at once.
 */
export const plugin = definePlugin({
  name: 'stories',
  config: z.object({ source: z.string(), phone: z.string(), other: z.string() }),
  setup(scope, { source, phone, other }) {
    const one = { callto: `sip/sip:story@${phone}` };
    const two = { callto: `sip/sip:story@${other}` };
    const carrier = { ...one, params: { authUsername: 'us', authPassword: 'wrong' } };
    const routes = {
      near: [[one]],
      far: [[{ callto: `cluster/node2/${one.callto}` }]],
      fork: [[one, two]],
      hunt: [[{ ...one, params: { noReplyMs: 1_000 } }], [two]],
      auth: [[carrier], [two]],
    };
    scope.handle('user.auth', { priority: 50, where: { username: '' } }, ({ params }) => {
      const isKnown = params.address.startsWith(`${source}:`);
      return isKnown ? { username: '', realm: params.realm, ha1Md5: '', ha1Sha256: '' } : undefined;
    });
    scope.handle('call.route', { priority: 80 }, ({ params }) => {
      const groups = routes[params.called];
      return groups === undefined ? undefined : { groups };
    });
  },
});
