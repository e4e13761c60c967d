import type { ParamsOf } from '@tandem/engine';
import { type Reading, SpanCounts } from '@tandem/messages';
import { Counter, type Registry } from 'prom-client';

/** From a local call to one that waits for the last carrier, seconds. */
const SETUP_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60];
/** Talk time, seconds. */
const TALK_BOUNDS = [1, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200];
/** Tenants and trunks beyond this number share one label: metrics are not a database. */
const NAMES_MAX = 1_000;

/** Counts calls by their final records: each incoming leg once. */
export class CallMeters {
  readonly #calls: Counter<'tenant' | 'vendor' | 'result'>;
  readonly #rejects: Counter<'code' | 'reason'>;
  readonly #setup = new SpanCounts(SETUP_BOUNDS);
  readonly #talk = new SpanCounts(TALK_BOUNDS);
  readonly #names = new Set<string>();

  constructor(registry: Registry) {
    const registers = [registry];
    this.#calls = new Counter({
      name: 'tandem_calls_total',
      help: 'Ended legs: incoming ones by tenant, outgoing ones by vendor.',
      labelNames: ['tenant', 'vendor', 'result'],
      registers,
    });
    this.#rejects = new Counter({
      name: 'tandem_rejects_total',
      help: 'Incoming calls that were not answered, by SIP status and reason.',
      labelNames: ['code', 'reason'],
      registers,
    });
  }

  /** Takes a record in; only a final one, told for the first time, counts. */
  see(record: ParamsOf<'call.cdr'>, tenant: string): void {
    if (record.operation !== 'finalize' || record.repeat !== undefined) return;
    const isIncoming = record.direction === 'incoming';
    const isAnswered = record.answeredAt !== undefined;
    this.#calls.inc({
      tenant: isIncoming ? this.#bounded(tenant) : '',
      vendor: isIncoming ? '' : this.#bounded(record.trunk ?? ''),
      result: isAnswered ? 'answered' : 'failed',
    });
    if (!isIncoming) return;
    const { startedAt, ringingAt, talkMs, sipCode, reason } = record;
    if (ringingAt !== undefined) this.#setup.observe(Math.max(0, ringingAt - startedAt) / 1_000);
    if (isAnswered) this.#talk.observe(talkMs / 1_000);
    else this.#rejects.inc({ code: String(sipCode), reason: this.#bounded(reason) });
  }

  /** How long calls took, since the start. */
  get readings(): readonly Reading[] {
    return [
      this.#setup.reading({
        name: 'tandem_call_setup_seconds',
        help: 'From the INVITE of the caller to the first ringing (post-dial delay).',
      }),
      this.#talk.reading({
        name: 'tandem_call_duration_seconds',
        help: 'Talk time of answered calls.',
      }),
    ];
  }

  #bounded(name: string): string {
    if (this.#names.has(name)) return name;
    if (this.#names.size >= NAMES_MAX) return 'other';
    this.#names.add(name);
    return name;
  }
}
