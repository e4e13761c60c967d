import { isFault } from '@tandem/engine';
import { describeProblem, type ConfProblem } from '../conf/conf-problem.ts';
import { describeFault } from '../fault-tables.ts';
import { FAILED, WRONG_USE } from './exit-codes.ts';

/** Ends a verb: what is wrong, and what to do. Never shown with a stack. */
export class CliFault extends Error {
  override readonly name = 'CliFault';

  constructor(
    message: string,
    readonly exitCode: number,
    readonly hint?: string,
    /** What `--json` prints: the body that a node answered with. */
    readonly body?: string,
  ) {
    super(message);
  }
}

/** The fault of a configuration that cannot be used: every problem on a line of its own. */
export function confFault(problems: readonly ConfProblem[]): CliFault {
  const count = problems.length === 1 ? 'One fault' : `${problems.length} faults`;
  const lines = problems.map(describeProblem).join('\n');
  return new CliFault(lines, WRONG_USE, `${count} in the configuration; nothing was done.`);
}

/** What any throw says to a person, and its exit code. */
export function describeThrow(thrown: unknown): { readonly text: string; readonly code: number } {
  if (thrown instanceof CliFault) {
    const { message, hint, exitCode } = thrown;
    return { text: hint === undefined ? message : `${message}\n${hint}`, code: exitCode };
  }
  if (isFault(thrown)) {
    const known = describeFault(thrown.code);
    if (known === undefined) return { text: thrown.message, code: FAILED };
    // What a section holds is the operator's own word: it reads as wrong use.
    const code = thrown.code === 'CONFIG_INVALID' ? WRONG_USE : FAILED;
    return { text: `${known.meaning}\n  ${thrown.message}\n${known.remedy}`, code };
  }
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return { text: `This should not have happened: ${text}`, code: FAILED };
}
