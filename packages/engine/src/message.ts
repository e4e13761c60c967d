import type { Cancellation } from './cancellation.ts';
import type { Lane } from './lane.ts';
import type { CallFacts, MessageName, ParamsOf } from './message-map.ts';
import { note, type Trail, type TrailStep } from './trail.ts';

/** A param that a message's type does not know: ordered, may repeat, carried along. */
export type Extra = readonly [name: string, value: string];

/**
 * What handlers get: read-only params with one writer, `change`.
 *
 * A handler that misses its deadline keeps a view that is closed: what it changes then is
 * dropped and counted, and its `signal` is aborted. The handlers after it get a view of their
 * own; what they change is seen by the sender, who holds the first view, too.
 */
export class Message<N extends MessageName = MessageName> {
  #params: ParamsOf<N>;
  #extra: readonly Extra[];
  #controller: AbortController | undefined = undefined;
  #stopListening: (() => void) | undefined = undefined;
  /** Set when the view is closed; hears of changes that come too late. */
  #onLateChange: (() => void) | undefined = undefined;
  /** The view that this one took over from. */
  #former: Message<N> | undefined = undefined;

  /** @internal The step of the dispatch that runs, if a trail is kept. */
  step: TrailStep | undefined = undefined;
  /** @internal Index of the handler that is asked now; -1 while none is. */
  handler = -1;

  constructor(
    readonly name: N,
    params: ParamsOf<N>,
    extra: readonly Extra[],
    /** What packages know of the call; shared by all messages about it. */
    readonly facts: CallFacts,
    /** Wall time at which the message was made, epoch ms. */
    readonly time: number,
    /** The story of the call, if the sender keeps one. */
    readonly trail: Trail | undefined,
    readonly cancellation: Cancellation | undefined,
    /** @internal The queue of the call that this message is about. */
    readonly lane: Lane | undefined,
    /** How deep this message nests in the handlers of others. */
    readonly depth: number,
    /** The node that sent the message, if it was another one. */
    readonly from: string | undefined,
  ) {
    this.#params = params;
    this.#extra = extra;
  }

  /** The typed params; a new object after each change, so one that was kept stays as it was. */
  get params(): ParamsOf<N> {
    return this.#params;
  }

  /** What the type does not know, in order. */
  get extra(): readonly Extra[] {
    return this.#extra;
  }

  /**
   * Aborted when this handler's deadline passes, or the sender calls off while the question runs.
   * Made on first read: an AbortSignal costs 2.7 µs, so only who needs one pays for it.
   */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      this.#controller = controller;
      if (this.#onLateChange !== undefined) controller.abort();
      else this.#stopListening = this.cancellation?.onCancel(() => controller.abort());
    }
    return this.#controller.signal;
  }

  /** Whether the sender has called the question off. */
  get isCancelled(): boolean {
    return this.cancellation !== undefined && this.cancellation.isCancelled;
  }

  /** Overwrites some params for all handlers behind this one, and for the sender. */
  change(part: Partial<ParamsOf<N>>): void {
    if (this.#onLateChange !== undefined) this.#onLateChange();
    else {
      this.#write({ ...this.#params, ...part }, this.#extra);
      if (this.step !== undefined) this.#noteChange(Object.keys(part));
    }
  }

  /** The first extra value of that name. */
  getExtra(name: string): string | undefined {
    return this.#extra.find(([key]) => key === name)?.[1];
  }

  /** Overwrites the first extra value of that name in place, or appends it; undefined deletes all. */
  setExtra(name: string, value?: string): void {
    if (this.#onLateChange !== undefined) this.#onLateChange();
    else {
      this.#write(this.#params, withExtra(this.#extra, name, value));
      if (this.step !== undefined) this.#noteChange([name]);
    }
  }

  /** @internal Takes over what handlers on another node left. */
  adopt(params: ParamsOf<N>, extra: readonly Extra[]): void {
    this.#write(params, extra);
  }

  /**
   * @internal Closes this view at its handler's deadline and returns the one for the handlers
   * behind; `onLateChange` hears of each change that the closed view drops.
   */
  supersede(onLateChange: () => void): Message<N> {
    this.#onLateChange = onLateChange;
    this.#stopListening?.();
    this.#controller?.abort();
    const { name, facts, time, trail, cancellation, lane, depth, from } = this;
    const [params, extra] = [this.#params, this.#extra];
    const view = new Message(
      ...([name, params, extra, facts, time, trail, cancellation, lane, depth, from] as const),
    );
    view.#former = this;
    view.step = this.step;
    view.handler = this.handler;
    this.handler = -1;
    return view;
  }

  /** @internal The dispatch has ended: nothing of it is kept by the call's cancellation. */
  release(): void {
    this.handler = -1;
    this.#stopListening?.();
  }

  #write(params: ParamsOf<N>, extra: readonly Extra[]): void {
    this.#params = params;
    this.#extra = extra;
    for (let view = this.#former; view !== undefined; view = view.#former) {
      view.#params = params;
      view.#extra = extra;
    }
  }

  #noteChange(names: readonly string[]): void {
    if (this.handler < 0) return; // The sender's own change is no handler's doing.
    note(this.step!, this.handler, 'changed', names.length === 1 ? names[0] : names.join(','));
  }
}

function withExtra(
  extra: readonly Extra[],
  name: string,
  value: string | undefined,
): readonly Extra[] {
  if (value === undefined) return extra.filter(([key]) => key !== name);
  const index = extra.findIndex(([key]) => key === name);
  return index < 0 ? [...extra, [name, value]] : extra.with(index, [name, value]);
}
