import type { Verb } from '../cli/verb.ts';
import { setUpVerb } from './set-up-verb.ts';

/** `tandem apply`: makes the set-up that a file describes, all of it or nothing. */
export const applyVerb: Verb = setUpVerb(
  'apply',
  'make the set-up that a file describes, all of it or nothing',
);
