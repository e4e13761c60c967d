import type { VNode } from 'preact';
import { LiveRegion } from '../../live/live-region.tsx';
import { usePolled } from '../../live/use-polled.ts';
import { useConsole } from '../../shell/console-context.ts';
import { CALLS_PERIOD_MS } from '../../shell/periods.ts';
import { AttemptsTable } from './attempts-table.tsx';
import { CandidatesTable } from './candidates-table.tsx';
import { type Explanation, readExplanation } from './explanation.ts';
import { PastCall } from './past-call.tsx';
import { TrailTable } from './trail-table.tsx';

/** Why a call that is over went as it did, where a node keeps that: price, legs, trail. */
export function CallStory({ id }: { readonly id: string }): VNode {
  const { resources } = useConsole();
  const path = resources.find('GET', '/explain/');
  if (path !== undefined) return <Story id={id} path={path} />;
  return (
    <div class="notice notice-empty" role="status">
      <strong>Not active.</strong> It has ended, or there never was one; nothing on this node keeps
      the stories of calls (GET /explain).
    </div>
  );
}

function Story({ id, path }: { readonly id: string; readonly path: string }): VNode {
  const { client, clock } = useConsole();
  const resource = path.replace(/\{\w+\}/, encodeURIComponent(id));
  const { reading, nudge } = usePolled({
    ask: async () => readExplanation(await client.get(resource)),
    key: resource,
    periodMs: CALLS_PERIOD_MS,
    clock,
  });
  if (reading.problem?.status === 404) {
    return (
      <div class="notice notice-empty" role="status">
        <strong>Not active.</strong> No record is kept of such a call: it has ended without one, or
        there never was one.
      </div>
    );
  }
  return (
    <LiveRegion
      reading={reading}
      periodMs={CALLS_PERIOD_MS}
      what="the story of this call"
      onRetry={nudge}
    >
      {(story) => <StoryParts story={story} />}
    </LiveRegion>
  );
}

function StoryParts({ story }: { readonly story: Explanation }): VNode {
  const { endedAt, attempts, candidates, trail, currency } = story;
  if (endedAt === null) {
    return (
      <div class="notice" aria-busy="true">
        <span class="spinner" aria-hidden="true" /> Not active any more: its record is being written
        …
      </div>
    );
  }
  return (
    <>
      <PastCall story={story} />
      {attempts.length > 0 && (
        <section class="panel">
          <h2>Attempts</h2>
          <AttemptsTable attempts={attempts} currency={currency} />
        </section>
      )}
      {candidates.length > 0 && (
        <section class="panel">
          <h2>Carriers looked at</h2>
          <CandidatesTable candidates={candidates} />
        </section>
      )}
      <section class="panel">
        <h2>Trail</h2>
        <TrailTable trail={trail} />
      </section>
    </>
  );
}
