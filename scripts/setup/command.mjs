import { spawnSync } from 'node:child_process';

/** Set-up cannot go on; the message says what is wrong and what to do. */
export class SetupProblem extends Error {}

/** Tells what set-up does next, for steps that take a person's time. */
export function tell(line) {
  console.log(`set-up: ${line}`);
}

/**
 * Runs a program to its end without a terminal, so that nothing can ask a question. Returns
 * whether it ended with 0, and what it printed on both outputs; never throws.
 */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  });
  return {
    isOk: result.status === 0,
    output: result.stdout ?? '',
    problem: (result.stderr || result.error?.message || '').trim(),
  };
}

/**
 * The end of what a program complained of, fit to be shown: the last lines, without the
 * addresses of servers, which belong to the machine and not into a log that is passed on.
 */
export function lastLines(text, count = 12) {
  return text
    .replaceAll(/\b[a-z][a-z0-9+]*:\/\/[^\s'")]+/gi, '(address)')
    .replaceAll(/\b(ENOTFOUND|EAI_AGAIN|resolve|connect to) '?[\w.:-]+'?/g, '$1 (address)')
    .trim()
    .split('\n')
    .slice(-count)
    .map((line) => `  ${line}`)
    .join('\n');
}
