import type { Message, Outcome } from '@tandem/engine';
import { isRefusal, type Reading, SpanCounts } from '@tandem/messages';
import { Counter, type Registry } from 'prom-client';

/** Spans of handlers, seconds: from what a synchronous one takes to the longest deadline. */
const BOUNDS = [0.0001, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What is counted of the messages of one name. */
interface Tally {
  /** Those that have finished since the page was last made, by result. */
  readonly results: Map<string, number>;
  /** Since the start, by handler. */
  readonly spans: Map<string, SpanCounts>;
}

/**
 * Counts finished messages by result, and faults and spans of handlers. A call is some twenty
 * messages: they are tallied here, and made into metrics when somebody asks for the page.
 */
export class MessageMeters {
  readonly #tallies = new Map<string, Tally>();
  readonly #messages: Counter<'message' | 'result'>;
  readonly #errors: Counter<'message' | 'handler'>;

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
  }

  /** Takes a finished message in; called by a watcher of all messages. */
  see(message: Message, outcome: Outcome): void {
    const { name } = message;
    const tally = this.#tallies.get(name) ?? this.#begin(name);
    const result = resultOf(outcome);
    tally.results.set(result, (tally.results.get(result) ?? 0) + 1);
    const { step } = outcome;
    if (step?.notes === undefined) return;
    for (const { handler: index, kind, durationMs } of step.notes) {
      const isError = kind === 'threw' || kind === 'late' || kind === 'quarantined';
      if (durationMs === undefined && !isError) continue;
      const handler = step.labels[index];
      if (handler === undefined) continue;
      if (durationMs !== undefined) spansOf(tally, handler).observe(durationMs / 1_000);
      if (isError) this.#errors.inc({ message: name, handler });
    }
  }

  /** How long handlers took, since the start. */
  get readings(): readonly Reading[] {
    const name = 'tandem_handler_seconds';
    const help =
      'How long handlers took: asynchronous ones always, others in one dispatch of sixteen.';
    return [...this.#tallies].flatMap(([message, { spans }]) =>
      [...spans].map(([handler, own]) => own.reading({ name, help, labels: { message, handler } })),
    );
  }

  #begin(name: string): Tally {
    const tally: Tally = { results: new Map(), spans: new Map() };
    this.#tallies.set(name, tally);
    return tally;
  }

  #addUp(): void {
    for (const [message, { results }] of this.#tallies) {
      for (const [result, count] of results) this.#messages.inc({ message, result }, count);
      results.clear();
    }
  }
}

function spansOf({ spans }: Tally, handler: string): SpanCounts {
  const known = spans.get(handler);
  if (known !== undefined) return known;
  const own = new SpanCounts(BOUNDS);
  spans.set(handler, own);
  return own;
}

function resultOf({ kind, answer }: Outcome): string {
  return kind === 'answered' && isRefusal(answer) ? 'refused' : kind;
}
