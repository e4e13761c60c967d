import type { Act } from './act.ts';
import { overload } from './overload.ts';
import { play } from './play.ts';
import { registrations } from './registrations.ts';
import type { Stage } from './stage.ts';
import { stories } from './stories.ts';

/** All that is played with SIPp on one stage, side by side: by their numbers, the long ones first. */
export const programme: readonly Act[] = [
  ...overload,
  ...registrations,
  ...stories.map((story) => ({
    number: story.number,
    name: story.name,
    ...(story.node === 3 && { lane: 'node3' }),
    async perform(stage: Stage) {
      const fault = await play(stage, story);
      if (fault !== undefined) throw new Error(fault);
    },
  })),
];

/** How many are on the stage at the same time. */
export const LANES = 12;
