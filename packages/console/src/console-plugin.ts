import { definePlugin, type Plugin, type Scope } from '@tandem/engine';
import type { ApiResource, Membership } from '@tandem/messages';
import { Gauge, Registry } from 'prom-client';
import { Access } from './access.ts';
import { consoleConfig, LISTEN_DEFAULT } from './console-config.ts';
import { callEventOf } from './events/call-event.ts';
import { EventFeed } from './events/event-feed.ts';
import { LISTEN_PERIOD_MS, SisterEvents } from './events/sister-events.ts';
import { SisterListeners } from './events/sister-listeners.ts';
import { handleConsoleEvents } from './handlers/console-events.relay.ts';
import { handleConsoleListen } from './handlers/console-listen.register.ts';
import { handleEngineReload } from './handlers/engine-reload.refresh.ts';
import { handleEngineStart } from './handlers/engine-start.refresh.ts';
import { handleConsoleMetrics } from './handlers/metrics-collect.console.ts';
import { ConsoleServer } from './http/console-server.ts';
import { parseListenAddress } from './listen-address.ts';
import { CallMeters } from './metrics/call-meters.ts';
import { MessageMeters } from './metrics/message-meters.ts';
import { dropCall } from './resources/drop-call.ts';
import { listCalls } from './resources/list-calls.ts';
import { listNodes } from './resources/list-nodes.ts';
import { showCall } from './resources/show-call.ts';
import { showSession } from './resources/show-session.ts';
import { readPageFiles } from './web/page-files.ts';

/** What the console stands on; the rest it asks the bus. */
export interface ConsoleOptions {
  readonly membership: Membership;
  readonly version: string;
  /** What an operator does about a fault, by its code. */
  readonly remedyOf: (code: string) => string | undefined;
  /** Hears where the console listens. */
  readonly onListening?: (url: string) => void;
}

/** What outlives a reload: the socket, who listens to events, and what was counted. */
interface Standing {
  readonly server: ConsoleServer;
  readonly feed: EventFeed;
  readonly listeners: SisterListeners;
  readonly sisters: SisterEvents;
  readonly messages: MessageMeters;
  readonly calls: CallMeters;
}

/**
 * The HTTP API and the console as a plugin: install it last, so that it finds all resources. A
 * reload changes tokens; the address stays until the node starts anew.
 */
export function createConsolePlugin(options: ConsoleOptions): Plugin<typeof consoleConfig> {
  return definePlugin({
    name: 'console',
    config: consoleConfig,
    async setup(scope, config) {
      const standing = scope.keep(
        'server',
        () => stand(scope, options),
        ({ server, listeners }) => {
          listeners.close();
          return server.close();
        },
      );
      const { server } = standing;
      server.setAccess(new Access(config));
      server.setPages(await readPageFiles());
      watch(scope, standing, options.membership);
      const refresh = async (): Promise<void> =>
        server.setResources(await gatherResources(scope, options));
      handleEngineStart(scope, refresh);
      handleEngineReload(scope, refresh);
      await refresh();
      if (server.url !== undefined) return;
      const address = parseListenAddress(config.listen ?? LISTEN_DEFAULT)!;
      await server.listen(address, config.listen === undefined);
      options.onListening?.(server.url!);
    },
  });
}

function stand(scope: Scope, { version, remedyOf, membership }: ConsoleOptions): Standing {
  const { bus, log, wheel } = scope;
  const registry = new Registry();
  const info = new Gauge({
    name: 'tandem_info',
    help: 'Version and name of this node; the value is always 1.',
    labelNames: ['version', 'node'],
    registers: [registry],
  });
  info.set({ version, node: bus.node }, 1);
  const feed = new EventFeed(wheel, membership.self.boot);
  const sisters = new SisterEvents(bus, membership, feed);
  const onListener = (): void => sisters.ask();
  return {
    server: new ConsoleServer({ bus, log, version, registry, feed, remedyOf, onListener }),
    feed,
    sisters,
    listeners: new SisterListeners(bus),
    messages: new MessageMeters(registry),
    calls: new CallMeters(registry),
  };
}

function watch(scope: Scope, standing: Standing, membership: Membership): void {
  const { feed, listeners, sisters, messages, calls } = standing;
  const { clock, node } = scope;
  scope.watch('*', (message, outcome) => messages.see(message, outcome));
  scope.watch('call.cdr', ({ params, facts }) => {
    calls.see(params, facts.account?.tenant ?? '');
    if (!feed.isWanted && !listeners.areThere) return;
    const event = { type: 'call', text: JSON.stringify(callEventOf(params, node, clock.now())) };
    feed.publish(event);
    listeners.offer(event);
  });
  const stop = membership.onChange((change) => {
    if (change.kind !== 'peer') return;
    const { node: name, boot, state } = change.peer;
    const text = JSON.stringify({ name, boot, state, at: clock.now() });
    feed.publish({ type: 'node', text });
    if (state !== 'dead') sisters.ask(name);
  });
  scope.onDispose(stop);
  handleConsoleListen(scope, listeners);
  handleConsoleEvents(scope, feed);
  handleConsoleMetrics(scope, standing);
  scope.every(LISTEN_PERIOD_MS, () => sisters.ask());
}

async function gatherResources(scope: Scope, options: ConsoleOptions): Promise<ApiResource[]> {
  const { bus } = scope;
  const { membership, version } = options;
  const sources = { bus, membership };
  const { answers } = await bus.gather('console.resources', {});
  return [
    listNodes(sources),
    listCalls(sources),
    showCall(sources),
    showSession({ node: bus.node, version }),
    dropCall(sources),
    ...answers.flatMap(({ answer }) => answer),
  ];
}
