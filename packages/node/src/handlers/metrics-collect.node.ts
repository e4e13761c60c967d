import type { Scope } from '@tandem/engine';
import type { NodeView } from '../node/node-view.ts';

const US_PER_SECOND = 1e6;
const MS_PER_SECOND = 1_000;

/** metrics.collect: the process as a whole. */
export function handleNodeMetrics(scope: Scope, node: NodeView): void {
  scope.handle('metrics.collect', {}, () => {
    const { rss, heapUsed } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    return [
      gauge('tandem_eventloop_lag_seconds', 'Lag of the event loop, the worst of a second.', {
        value: node.lag.lagMs / MS_PER_SECOND,
      }),
      gauge('tandem_database_up', 'Whether the database answers.', {
        value: node.database === 'up' ? 1 : 0,
      }),
      gauge('tandem_draining', 'Whether this node takes no new calls.', {
        value: node.state === 'draining' ? 1 : 0,
      }),
      gauge('tandem_uptime_seconds', 'Time since the start of this node.', {
        value: node.uptimeMs / MS_PER_SECOND,
      }),
      gauge('process_resident_memory_bytes', 'Resident memory.', { value: rss }),
      gauge('process_heap_bytes', 'Memory of the JavaScript heap in use.', { value: heapUsed }),
      {
        name: 'process_cpu_seconds_total',
        help: 'CPU time of user and system.',
        kind: 'counter',
        value: (user + system) / US_PER_SECOND,
      },
    ];
  });
}

function gauge(
  name: string,
  help: string,
  { value }: { readonly value: number },
): { name: string; help: string; kind: 'gauge'; value: number } {
  return { name, help, kind: 'gauge', value };
}
