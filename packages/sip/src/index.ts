export { sipConfig, type SipSettings } from './config.ts';
export { sipFaults } from './faults.ts';
export { sipKeysForRestart } from './stack-settings.ts';
export { createSipPlugin, type SipPluginOptions } from './plugin.ts';
