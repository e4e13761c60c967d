import type { Verb } from '../cli/verb.ts';
import { setUpVerb } from './set-up-verb.ts';

/** `tandem plan`: what `apply` of a file would change. */
export const planVerb: Verb = setUpVerb('plan', 'show what apply of a set-up file would change');
