export { consoleConfig, type ConsoleConfig, LISTEN_DEFAULT } from './console-config.ts';
export { type ConsoleOptions, createConsolePlugin } from './console-plugin.ts';
export { consoleFaults } from './faults.ts';
export { isLoopback, type ListenAddress, parseListenAddress, urlOf } from './listen-address.ts';
export { consoleEvents } from './messages/console-events.ts';
export { consoleListen } from './messages/console-listen.ts';
export type { ConsoleResource } from './resources/console-resource.ts';
export type { CallRow } from './resources/call-table.ts';
export type { NodeRow } from './resources/node-table.ts';
