/** One breach of the house's style: where it is, and what is asked instead. */
export interface Finding {
  /** Relative to the project's root. */
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/** The finding as an editor can open it: `packages/sip/src/leg.ts:12 no default exports`. */
export function showFinding({ path, line, message }: Finding): string {
  return `${path}:${line} ${message}`;
}
