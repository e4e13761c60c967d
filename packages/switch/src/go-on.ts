import type { MaybePromise } from '@tandem/engine';

/** Goes on with a value at once, or with a promise's later: synchronous calls make no promise. */
export function goOn<T, R>(
  value: MaybePromise<T>,
  go: (value: T) => MaybePromise<R>,
): MaybePromise<R> {
  return value instanceof Promise ? value.then(go) : go(value);
}
