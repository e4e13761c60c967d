import { definePlugin, z } from '@tandem/engine';

/*
 * For a live test: whatever goes to a carrier goes by one node of the cluster, as where only one
 * machine has a line to it.
 */
export const plugin = definePlugin({
  name: 'gateway',
  config: z.object({ node: z.string(), priority: z.coerce.number().default(40) }),
  setup(scope, { node, priority }) {
    scope.handle('call.execute', { priority }, (message) => {
      const { callto, trunk } = message.params;
      if (trunk === undefined || scope.bus.node === node || !callto.startsWith('sip/')) return;
      message.change({ callto: `cluster/${node}/${callto}` });
    });
  },
});
