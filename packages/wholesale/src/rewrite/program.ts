import { type CharacterSet, type Pattern, PatternProblem } from './pattern.ts';

/** One step of a compiled pattern; targets are indices of steps. */
export type Step =
  | { readonly op: 'set'; readonly set: CharacterSet }
  | { readonly op: 'start' | 'end' | 'match' }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'split'; preferred: number; other: number };

/** Steps of one program: with texts of a number's length, some microseconds at worst. */
const STEPS_MAX = 1_000;

/** Compiles a pattern for {@link search}. @throws PatternProblem when it would become too large */
export function compilePattern(pattern: Pattern): readonly Step[] {
  const steps: Step[] = [];
  emit({ kind: 'group', part: pattern, index: 0 }, steps);
  add(steps, { op: 'match' });
  return steps;
}

function add<S extends Step>(steps: Step[], step: S): S {
  if (steps.length >= STEPS_MAX) throw new PatternProblem('the pattern is too large');
  steps.push(step);
  return step;
}

function emit(pattern: Pattern, steps: Step[]): void {
  switch (pattern.kind) {
    case 'set':
      add(steps, { op: 'set', set: pattern.set });
      return;
    case 'start':
    case 'end':
      add(steps, { op: pattern.kind });
      return;
    case 'sequence':
      for (const part of pattern.parts) emit(part, steps);
      return;
    case 'group':
      add(steps, { op: 'save', slot: pattern.index * 2 });
      emit(pattern.part, steps);
      add(steps, { op: 'save', slot: pattern.index * 2 + 1 });
      return;
    case 'choice':
      emitChoice(pattern.parts, steps);
      return;
    case 'repeat':
      emitRepeat(pattern, steps);
  }
}

function emitChoice(parts: readonly Pattern[], steps: Step[]): void {
  const ends: { to: number }[] = [];
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1) {
      emit(part, steps);
      break;
    }
    const split = add(steps, { op: 'split', preferred: steps.length + 1, other: 0 });
    emit(part, steps);
    ends.push(add(steps, { op: 'jump', to: 0 }));
    split.other = steps.length;
  }
  for (const end of ends) end.to = steps.length;
}

function emitRepeat(
  { part, min, max, isGreedy }: Extract<Pattern, { kind: 'repeat' }>,
  steps: Step[],
): void {
  for (let count = 0; count < min; count++) emit(part, steps);
  if (max === Infinity) {
    const begin = steps.length;
    const split = addSplit(steps);
    emit(part, steps);
    add(steps, { op: 'jump', to: begin });
    point(split, begin + 1, steps.length, isGreedy);
    return;
  }
  const splits = [];
  for (let count = min; count < max; count++) {
    splits.push({ split: addSplit(steps), begin: steps.length });
    emit(part, steps);
  }
  for (const { split, begin } of splits) point(split, begin, steps.length, isGreedy);
}

type Split = Extract<Step, { op: 'split' }>;

function addSplit(steps: Step[]): Split {
  return add<Split>(steps, { op: 'split', preferred: 0, other: 0 });
}

function point(split: Split, into: number, past: number, isGreedy: boolean): void {
  split.preferred = isGreedy ? into : past;
  split.other = isGreedy ? past : into;
}
