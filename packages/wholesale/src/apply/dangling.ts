import { guess } from '@tandem/engine';
import type { ApplyIssue } from '@tandem/messages';

/** A name that nothing bears: where it stands, and what was probably meant. */
export function danglingIssue(
  path: string,
  what: string,
  name: string,
  known: Iterable<string>,
): ApplyIssue {
  const names = [...known];
  const meant = guess(name, names);
  const hint =
    meant === undefined ? `add it to the list, or name another` : `did you mean "${meant}"?`;
  return { path, message: `there is no ${what} "${name}"`, hint };
}
