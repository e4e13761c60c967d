import { definePlugin, type Plugin } from '@tandem/engine';
import { handleCallDrop } from './handlers/call-drop.end.ts';
import { handleCallExtend } from './handlers/call-extend.pay.ts';
import { handleCallList } from './handlers/call-list.calls.ts';
import { handleMetricsCollect } from './handlers/metrics-collect.calls.ts';
import { handleNodeStatus } from './handlers/node-status.calls.ts';
import { switchConfig } from './settings.ts';
import type { Switch } from './switch.ts';

/** The plugin that puts a switch on the bus, with the settings of section `[switch]`. */
export function switchPlugin(theSwitch: Switch): Plugin<typeof switchConfig> {
  return definePlugin({
    name: 'switch',
    config: switchConfig,
    setup(scope, config) {
      theSwitch.settings = config;
      // The node of the incoming leg follows redirections: nobody else needs to know.
      scope.declareFact('redirect', { crosses: false });
      scope.declareFact('recordStamp', { crosses: false });
      handleCallDrop(scope, theSwitch);
      handleCallExtend(scope, theSwitch);
      handleCallList(scope, theSwitch);
      handleNodeStatus(scope, theSwitch);
      handleMetricsCollect(scope, theSwitch);
    },
  });
}
