import type { Message, Outcome } from '@tandem/engine';
import { isRefusal } from '@tandem/messages';
import { Counter, Histogram, type Registry } from 'prom-client';

/** Spans of handlers, seconds: from what a synchronous one takes to the longest deadline. */
const BUCKETS = [0.0001, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Messages of one name that have finished since the page was last made, by result. */
type Tally = Map<string, number>;

/**
 * Counts finished messages by result, and faults and spans of handlers. A call is some thirty
 * messages: they are tallied here, and put into the registry when somebody asks for the page.
 */
export class MessageMeters {
  readonly #tallies = new Map<string, Tally>();
  readonly #messages: Counter<'message' | 'result'>;
  readonly #errors: Counter<'message' | 'handler'>;
  readonly #spans: Histogram<'message' | 'handler'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#messages = new Counter({
      name: 'tandem_messages_total',
      help: 'Finished messages by name and result.',
      labelNames: ['message', 'result'],
      registers,
      collect: () => this.#addUp(),
    });
    this.#errors = new Counter({
      name: 'tandem_handler_errors_total',
      help: 'Faults of handlers: thrown, late, or in quarantine.',
      labelNames: ['message', 'handler'],
      registers,
    });
    this.#spans = new Histogram({
      name: 'tandem_handler_seconds',
      help: 'How long handlers took: asynchronous ones always, others in one dispatch of sixteen.',
      labelNames: ['message', 'handler'],
      buckets: BUCKETS,
      registers,
    });
  }

  /** Takes a finished message in; called by a watcher of all messages. */
  see(message: Message, outcome: Outcome): void {
    const { name } = message;
    this.#tally(name, resultOf(outcome));
    const { step } = outcome;
    if (step?.notes === undefined) return;
    for (const { handler: index, kind, durationMs } of step.notes) {
      const isError = kind === 'threw' || kind === 'late' || kind === 'quarantined';
      if (durationMs === undefined && !isError) continue;
      const handler = step.labels[index];
      if (handler === undefined) continue;
      const labels = { message: name, handler };
      if (durationMs !== undefined) this.#spans.observe(labels, durationMs / 1_000);
      if (isError) this.#errors.inc(labels);
    }
  }

  #tally(name: string, result: string): void {
    const known = this.#tallies.get(name);
    const tally: Tally = known ?? new Map();
    if (known === undefined) this.#tallies.set(name, tally);
    tally.set(result, (tally.get(result) ?? 0) + 1);
  }

  #addUp(): void {
    for (const [message, tally] of this.#tallies) {
      for (const [result, count] of tally) this.#messages.inc({ message, result }, count);
      tally.clear();
    }
  }
}

function resultOf({ kind, answer }: Outcome): string {
  return kind === 'answered' && isRefusal(answer) ? 'refused' : kind;
}
