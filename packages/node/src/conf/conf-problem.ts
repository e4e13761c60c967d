/** One thing wrong with the configuration: where it stands, what was found, and what to do. */
export interface ConfProblem {
  /** `clustering.conf:12`, `--set`, or the name of the file. */
  readonly place: string;
  readonly section?: string;
  readonly key?: string;
  readonly message: string;
  readonly hint?: string;
}

/** A problem as an operator reads it: `clustering.conf:12 [general] prefix: expected text, got nothing`. */
export function describeProblem({ place, section, key, message, hint }: ConfProblem): string {
  const where = [
    place,
    ...(section === undefined ? [] : [`[${section}]`]),
    ...(key === undefined || key === '' ? [] : [key]),
  ].join(' ');
  return `${where}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}
