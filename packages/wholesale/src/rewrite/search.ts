import { hasCharacter } from './character-set.ts';
import type { Step } from './program.ts';

/** Begin and end of the match and of each group; -1 where a group took no part. */
export type Captures = readonly number[];

interface Thread {
  readonly step: number;
  readonly captures: Captures;
}

/**
 * Finds the first match at or after `from`: all alternatives advance together, one character at a
 * time, so the time is text length × steps, whatever the pattern (Thompson 1968, with captures as
 * by Pike). Of several matches the one that a backtracking engine would find first.
 */
export function search(
  steps: readonly Step[],
  slots: number,
  text: string,
  from: number,
): Captures | undefined {
  const none: Captures = Array.from({ length: slots }, () => -1);
  let threads: Thread[] = [];
  let found: Captures | undefined;
  for (let at = from; at <= text.length; at++) {
    const seen = new Set(threads.map(({ step }) => step));
    if (found === undefined) follow(steps, 0, none, at, text, threads, seen);
    if (threads.length === 0 && found !== undefined) break;
    const code = text.charCodeAt(at);
    const next: Thread[] = [];
    const nextSeen = new Set<number>();
    for (const { step, captures } of threads) {
      const here = steps[step]!;
      if (here.op === 'match') {
        found = captures;
        // Those behind are of lower rank: what they might match is not wanted.
        break;
      }
      if (here.op === 'set' && at < text.length && hasCharacter(here.set, code)) {
        follow(steps, step + 1, captures, at + 1, text, next, nextSeen);
      }
    }
    threads = next;
  }
  return found;
}

/** Walks all steps that take no character, best first, and adds a thread where one waits for one. */
function follow(
  steps: readonly Step[],
  step: number,
  captures: Captures,
  at: number,
  text: string,
  threads: Thread[],
  seen: Set<number>,
): void {
  if (seen.has(step)) return;
  seen.add(step);
  const here = steps[step]!;
  const go = (to: number, taken = captures) => follow(steps, to, taken, at, text, threads, seen);
  switch (here.op) {
    case 'jump':
      return go(here.to);
    case 'split':
      go(here.preferred);
      return go(here.other);
    case 'save':
      return go(step + 1, captures.with(here.slot, at));
    case 'start':
      return at === 0 ? go(step + 1) : undefined;
    case 'end':
      return at === text.length ? go(step + 1) : undefined;
    default:
      threads.push({ step, captures });
      return undefined;
  }
}
