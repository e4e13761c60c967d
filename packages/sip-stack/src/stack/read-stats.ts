import type { Tracer } from '../trace/tracer.ts';
import type { LiveCore } from './live-core.ts';
import type { StackStats } from './stack-stats.ts';

/** Where the figures of a stack are had from. */
export interface StatsParts {
  readonly core: LiveCore;
  readonly tracer: Tracer;
  readonly connections: number;
  readonly listeners: number;
}

/** One reading of everything; copies, so that it may be kept. */
export function readStats({ core, tracer, connections, listeners }: StatsParts): StackStats {
  const { transactions, dialogs, wheel, counters, guard } = core;
  return {
    gauges: {
      inviteServers: transactions.inviteServers,
      requestServers: transactions.requestServers,
      inviteClients: transactions.inviteClients,
      requestClients: transactions.requestClients,
      unanswered: transactions.unanswered,
      dialogs: dialogs.live,
      endedDialogs: dialogs.ended,
      unacknowledgedAnswers: dialogs.unacknowledged,
      timers: wheel.size,
      connections,
      listeners,
    },
    counters: counters.read(),
    guard: { sources: guard.sources, banned: guard.banned, bansMade: guard.bansMade },
    trace: { taps: tracer.taps, hepSent: tracer.hepSent, hepDropped: tracer.hepDropped },
  };
}
