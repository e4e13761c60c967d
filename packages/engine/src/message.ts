import type { Cancellation } from './cancellation.ts';
import type { CallFacts, MessageName, ParamsOf } from './message-map.ts';
import { type Trail, type TrailStep, note } from './trail.ts';

/** A param that a message's type does not know: ordered, may repeat, carried along. */
export type Extra = readonly [name: string, value: string];

/** What several views of one dispatch share. */
export interface MessageState<N extends MessageName> {
  params: ParamsOf<N>;
  extra: readonly Extra[];
  step: TrailStep | undefined;
  /** Index of the handler that is asked now. */
  handler: number;
  /** Changes that came after their handler's deadline and were dropped. */
  lateChanges: number;
}

/**
 * What handlers get: read-only params with one writer, `change`.
 *
 * A handler that misses its deadline keeps a view that is closed: what it changes then is
 * dropped and counted, and its `signal` is aborted. The handlers after it get a view of their own.
 */
export class Message<N extends MessageName = MessageName> {
  #isClosed = false;
  #controller: AbortController | undefined;

  constructor(
    readonly name: N,
    /** @internal */
    readonly state: MessageState<N>,
    /** What packages know of the call; shared by all messages about it. */
    readonly facts: CallFacts,
    /** Wall time at which the message was made, epoch ms. */
    readonly time: number,
    /** The story of the call, if the sender keeps one. */
    readonly trail: Trail | undefined,
    /** How deep this message nests in the handlers of others. */
    readonly depth: number,
    readonly cancellation: Cancellation | undefined,
    /** The node that sent the message, if it was another one. */
    readonly from: string | undefined,
  ) {}

  get params(): ParamsOf<N> {
    return this.state.params;
  }

  /** What the type does not know, in order. */
  get extra(): readonly Extra[] {
    return this.state.extra;
  }

  /** Aborted when the sender calls off, or this handler's deadline passes. Made on first read. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#isClosed) this.#controller.abort();
      else this.cancellation?.onCancel(() => this.#controller!.abort());
    }
    return this.#controller.signal;
  }

  /** Whether the sender has called the question off. */
  get isCancelled(): boolean {
    return this.cancellation?.isCancelled ?? false;
  }

  /** Overwrites some params for all handlers behind this one, and for the sender. */
  change(part: Partial<ParamsOf<N>>): void {
    if (this.#isClosed) {
      this.state.lateChanges++;
      return;
    }
    this.state.params = { ...this.state.params, ...part };
    if (this.state.step) this.#noteChange(Object.keys(part).join(','));
  }

  /** The first extra value of that name. */
  getExtra(name: string): string | undefined {
    return this.extra.find(([key]) => key === name)?.[1];
  }

  /** Overwrites the first extra value of that name in place, or appends it; undefined deletes all. */
  setExtra(name: string, value?: string): void {
    if (this.#isClosed) {
      this.state.lateChanges++;
      return;
    }
    const { extra } = this.state;
    const index = extra.findIndex(([key]) => key === name);
    if (value === undefined) this.state.extra = extra.filter(([key]) => key !== name);
    else if (index < 0) this.state.extra = [...extra, [name, value]];
    else this.state.extra = extra.with(index, [name, value]);
    if (this.state.step) this.#noteChange(name);
  }

  /** @internal Closes this view at its handler's deadline; the handlers behind get the one returned. */
  supersede(): Message<N> {
    this.#isClosed = true;
    this.#controller?.abort();
    const { name, state, facts, time, trail, depth, cancellation, from } = this;
    return new Message(name, state, facts, time, trail, depth, cancellation, from);
  }

  #noteChange(text: string): void {
    note(this.state.step!, { handler: this.state.handler, kind: 'changed', text });
  }
}
