import { carriers } from './carriers.ts';
import { causes } from './causes.ts';
import { changes } from './changes.ts';
import { deaths } from './deaths.ts';
import { early } from './early.ts';
import { lives } from './lives.ts';
import type { Story } from './story.ts';

/** Those of the forty that two or three SIPp can play; docs/SCENARIOS.md tells of the others. */
export const stories: readonly Story[] = [
  ...lives,
  ...early,
  ...changes,
  ...carriers,
  ...causes,
  ...deaths,
];
