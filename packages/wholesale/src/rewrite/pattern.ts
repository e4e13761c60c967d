/** Characters as ranges of code units, both ends included. */
export interface CharacterSet {
  readonly ranges: readonly (readonly [from: number, to: number])[];
  readonly isNegated: boolean;
}

/** A pattern as it was written, piece by piece. */
export type Pattern =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'group'; readonly part: Pattern; readonly index: number }
  | {
      readonly kind: 'repeat';
      readonly part: Pattern;
      readonly min: number;
      /** Infinity: as often as it fits. */
      readonly max: number;
      readonly isGreedy: boolean;
    };

/** What is wrong with a pattern, in one sentence. */
export class PatternProblem extends Error {
  override readonly name = 'PatternProblem';
}

/** Whether some part of it repeats without a bound. */
export function isUnbounded(pattern: Pattern): boolean {
  switch (pattern.kind) {
    case 'repeat':
      return pattern.max === Infinity || isUnbounded(pattern.part);
    case 'group':
      return isUnbounded(pattern.part);
    case 'sequence':
    case 'choice':
      return pattern.parts.some(isUnbounded);
    default:
      return false;
  }
}
