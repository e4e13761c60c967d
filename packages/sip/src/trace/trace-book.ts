import type { Bus } from '@tandem/engine';
import type { TracePart, TraceQuestion } from '@tandem/messages';
import type { SipStack } from '@tandem/sip-stack';
import { CallTrace } from './call-trace.ts';

/** Traces of one node; beyond them the oldest one that has ended makes room, or none is begun. */
const TRACES_MAX = 8;

/** The traces of one node, by their names; what they heard stays until others need the room. */
export class TraceBook {
  readonly #stack: SipStack;
  readonly #bus: Bus;
  readonly #traces = new Map<string, CallTrace>();

  constructor(stack: SipStack, bus: Bus) {
    this.#stack = stack;
    this.#bus = bus;
  }

  /** Begins a trace; undefined where too many run. The same name again is the same trace. */
  async begin(question: TraceQuestion): Promise<TracePart | undefined> {
    const callIds = question.call === '' ? [] : await this.#legsOf(question.call);
    const known = this.#traces.get(question.id);
    if (known !== undefined) return known.part;
    if (this.#traces.size >= TRACES_MAX && !this.#makeRoom()) return undefined;
    try {
      const trace = new CallTrace({ stack: this.#stack, bus: this.#bus, question, callIds });
      this.#traces.set(question.id, trace);
      return trace.part;
    } catch {
      return undefined;
    }
  }

  /** What a trace has heard; undefined for one that is not known here. */
  read(id: string): TracePart | undefined {
    return this.#traces.get(id)?.part;
  }

  /** Ends a trace and forgets it; its last words. */
  end(id: string): TracePart | undefined {
    const trace = this.#traces.get(id);
    trace?.end();
    this.#traces.delete(id);
    return trace?.part;
  }

  /** The node ends. */
  close(): void {
    for (const trace of this.#traces.values()) trace.end();
    this.#traces.clear();
  }

  #makeRoom(): boolean {
    for (const [id, { part }] of this.#traces) if (!part.isOpen) return this.#traces.delete(id);
    return false;
  }

  async #legsOf(call: string): Promise<string[]> {
    const { answers } = await this.#bus.gather('call.list', { tenant: '', id: call });
    const legs = answers.flatMap(({ answer }) => answer).filter(({ id }) => id === call);
    return legs.flatMap((row) => row.legs.flatMap(({ callId }) => callId ?? []));
  }
}
