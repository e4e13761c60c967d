export { sipConfig, type SipSettings } from './config.ts';
export { createSipPlugin, type SipPluginOptions } from './plugin.ts';
