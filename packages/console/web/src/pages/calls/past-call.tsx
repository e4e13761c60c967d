import type { VNode } from 'preact';
import { formatDuration } from '../../format/duration.ts';
import { formatInstant } from '../../format/instant.ts';
import { formatMoney } from '../../format/money.ts';
import type { Explanation } from './explanation.ts';
import { ladderOf } from './ladder.ts';
import { LadderPicture } from './ladder-picture.tsx';
import { legsOfPast } from './past-leg.ts';
import { Sum } from './sum.tsx';

/** A call that is over: who, how it ended, what it cost, and the way it took. */
export function PastCall({ story }: { readonly story: Explanation }): VNode {
  const { node, caller, called, answeredAt, startedAt, endedAt } = story;
  const isAnswered = answeredAt !== null;
  return (
    <>
      <section class="panel" aria-label="The call that is over">
        <p class="parties">
          <span class="number">{caller === '' ? 'anonymous' : caller}</span>
          <span class="muted"> to </span>
          <span class="number">{called}</span>{' '}
          <span class={`state state-${isAnswered ? 'good' : 'bad'}`}>
            {isAnswered ? 'answered, over' : 'not answered'}
          </span>
        </p>
        <div class="call-sums">
          <Sum title="Price" value={formatMoney(story.price, story.currency)} />
          <Sum title="Cost" value={formatMoney(story.cost, story.currency)} />
          <Sum
            title="Billed"
            value={story.billedSeconds === null ? '–' : `${story.billedSeconds} s`}
          />
          <Sum title="Talk" value={spanOf(answeredAt, endedAt)} />
        </div>
        <dl class="facts">
          <dt>Ended</dt>
          <dd>{endingOf(story)}</dd>
          <dt>Tenant</dt>
          <dd>{story.tenant ?? 'nobody pays'}</dd>
          <dt>Started</dt>
          <dd>{formatInstant(startedAt)}</dd>
          <dt>Answered</dt>
          <dd>{formatInstant(answeredAt)}</dd>
          <dt>Over</dt>
          <dd>{formatInstant(endedAt)}</dd>
          <dt>Came in at</dt>
          <dd>{node}</dd>
          <dt>Sold by deck</dt>
          <dd>{story.deck ?? '–'}</dd>
          <dt>Routed by</dt>
          <dd>{story.profile ?? '–'}</dd>
        </dl>
      </section>
      <section class="panel" aria-labelledby="ladder-title">
        <h2 id="ladder-title">Legs</h2>
        <LadderPicture ladder={ladderOf({ node, legs: legsOfPast(story.legs) })} />
      </section>
    </>
  );
}

function spanOf(from: number | null, to: number | null): string {
  return from === null || to === null ? '–' : formatDuration(to - from);
}

function endingOf({ status, reason, q850, hangupBy }: Explanation): string {
  const by = hangupBy === '' ? '' : `by ${hangupBy}`;
  return [String(status), reason, `Q.850 ${q850}`, by].filter((part) => part !== '').join(' · ');
}
