import { definePlugin, z } from '@tandem/engine';

/*
 * For benches: vouches for one address, and routes calls for one number to a phone that never
 * registered, so that a call is measured which asks no database. With `--expose-gc`, SIGUSR2
 * collects what is garbage, so that memory is measured which is needed.
 */
export const plugin = definePlugin({
  name: 'known-source',
  config: z.object({ source: z.string(), called: z.string(), phone: z.string() }),
  setup(scope, { source, called, phone }) {
    const route = { groups: [[{ callto: `sip/sip:${called}@${phone}` }]] };
    scope.handle('user.auth', { priority: 50, where: { username: '' } }, ({ params }) => {
      const isKnown = params.address.startsWith(`${source}:`);
      return isKnown ? { username: '', realm: params.realm, ha1Md5: '', ha1Sha256: '' } : undefined;
    });
    const collect = () => globalThis.gc?.();
    process.on('SIGUSR2', collect);
    scope.onDispose(() => process.off('SIGUSR2', collect));
    scope.handle('call.route', { priority: 80, where: { called } }, () => route);
  },
});
