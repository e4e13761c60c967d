interface Kept {
  readonly key: string;
  readonly value: unknown;
  readonly dispose: (() => void | Promise<void>) | undefined;
}

/** What of a plugin outlives its reloads; given back when the plugin is taken out. */
export class KeptValues {
  readonly #kept = new Map<string, Kept>();

  /** The value of that key, made by `create` the first time. */
  keep<T>(key: string, create: () => T, dispose?: (value: T) => void | Promise<void>): T {
    let kept = this.#kept.get(key);
    if (kept === undefined) {
      const value = create();
      kept = { key, value, dispose: dispose && (() => dispose(value)) };
      this.#kept.set(key, kept);
    }
    return kept.value as T;
  }

  /** Hands out the ways to give the values back, the last one made first, and forgets them. */
  takeDisposers(): readonly (() => void | Promise<void>)[] {
    const disposers = [...this.#kept.values()].toReversed().flatMap(({ dispose }) => dispose ?? []);
    this.#kept.clear();
    return disposers;
  }
}
