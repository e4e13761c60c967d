import type { ComponentChildren, VNode } from 'preact';
import type { ApiProblem } from '../api/api-problem.ts';
import { formatDuration } from '../format/duration.ts';
import { useConsole } from '../shell/console-context.ts';
import { freshnessOf } from './freshness.ts';
import type { Reading } from './poller.ts';
import { useNow } from './use-now.ts';

/** What a region shows, in each of its states. */
export interface LiveRegionProps<T> {
  readonly reading: Reading<T>;
  readonly periodMs: number;
  /** What is loaded, for the line that says so: `the calls`. */
  readonly what: string;
  readonly onRetry?: () => void;
  readonly children: (value: T) => ComponentChildren;
}

/** Shows a reading, or honestly what is known about its absence: loading, failed, stale. */
export function LiveRegion<T>(props: LiveRegionProps<T>): VNode {
  const { reading, periodMs, what, onRetry, children } = props;
  const { clock } = useConsole();
  const now = useNow(clock);
  const freshness = freshnessOf(reading, now, periodMs);
  const { value, receivedAtMs, problem } = reading;
  if (freshness === 'loading') {
    return (
      <div class="notice" aria-busy="true">
        <span class="spinner" aria-hidden="true" /> Loading {what} …
      </div>
    );
  }
  if (freshness === 'failed' || value === undefined) {
    return <ProblemNotice problem={problem} what={what} onRetry={onRetry} />;
  }
  const isStale = freshness === 'stale';
  return (
    <>
      {isStale && (
        <div class="notice notice-stale" role="status">
          <strong>Stale.</strong> This is {formatDuration(now - (receivedAtMs ?? now))} old
          {problem === undefined ? '' : `: ${problem.message}`}. Trying again …
        </div>
      )}
      <div class={isStale ? 'is-stale' : ''}>{children(value)}</div>
    </>
  );
}

/** What went wrong, what to do, and a button to try again. */
export function ProblemNotice(props: {
  readonly problem: ApiProblem | undefined;
  readonly what: string;
  readonly onRetry?: (() => void) | undefined;
}): VNode {
  const { problem, what, onRetry } = props;
  return (
    <div class="notice notice-error" role="alert">
      <p>
        <strong>Cannot show {what}.</strong> {problem?.message ?? 'There was no answer.'}
      </p>
      {problem?.hint !== undefined && <p class="muted">{problem.hint}</p>}
      <p class="muted mono">{problem?.code}</p>
      {onRetry !== undefined && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
