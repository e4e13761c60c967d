export {
  clusterPrefixOf,
  type GeneralConfig,
  generalConfig,
  isEnabled,
  prioritiesConfig,
  type PrioritiesConfig,
} from './cluster-config.ts';
export {
  type ClusterOptions,
  createClusterPlugin,
  createPrioritiesPlugin,
} from './cluster-plugins.ts';
export { createParkPlugin, parkConfig, type ParkOptions } from './park/park-plugin.ts';
export { compileBasic } from './posix-regexp.ts';
