import type { Store } from '@tandem/store';

/** Questions to a database that have not been answered yet. */
export interface OpenQuestions {
  count: number;
}

/**
 * The same store, with its questions under way counted: who turns a clock by hand waits for them
 * first, for the database's time cannot be turned.
 */
export function countedStore(store: Store, open: OpenQuestions): Store {
  return new Proxy(store, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        const result: unknown = value.apply(target, args);
        if (!(result instanceof Promise)) return result;
        open.count++;
        return result.finally(() => open.count--);
      };
    },
  });
}
