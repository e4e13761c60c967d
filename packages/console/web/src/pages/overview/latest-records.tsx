import type { VNode } from 'preact';
import { formatClock } from '../../format/instant.ts';
import { formatMoney } from '../../format/money.ts';
import { usePolled } from '../../live/use-polled.ts';
import { useConsole } from '../../shell/console-context.ts';
import { SLOW_PERIOD_MS } from '../../shell/periods.ts';
import { hrefOf } from '../../shell/place.ts';
import { readRecordPage, type RecordRow } from '../records/record-row.ts';

const RECORDS = 6;

/** The calls that ended last, each with a way to its story: what came of it, and what it cost. */
export function LatestRecords(): VNode | null {
  const { client, clock } = useConsole();
  const { reading } = usePolled({
    ask: async () => readRecordPage(await client.get(`/cdrs?limit=${RECORDS}`)),
    key: 'latest-records',
    periodMs: SLOW_PERIOD_MS,
    clock,
  });
  const records = reading.value?.records;
  return (
    <section class="panel" aria-labelledby="latest-title">
      <h2 id="latest-title">Calls that ended last</h2>
      {records === undefined && (
        <p class="muted">{reading.problem?.message ?? 'Loading the records …'}</p>
      )}
      {records?.length === 0 && <p class="muted">None has ended yet.</p>}
      <ul class="latest">
        {records?.map((record) => (
          <Latest key={record.id} record={record} />
        ))}
      </ul>
      <p class="latest-more">
        <a href={hrefOf('cdrs')}>All records</a>
      </p>
    </section>
  );
}

function Latest({ record }: { readonly record: RecordRow }): VNode {
  const { callId, caller, called, startedAt, status, sipCode, price, currency } = record;
  const isAnswered = status === 'answered';
  return (
    <li>
      <span class="muted">{startedAt === null ? '–' : formatClock(startedAt)}</span>
      <span class="latest-parties">
        <span class="number">{caller === '' ? 'anonymous' : caller}</span>
        <span class="muted"> → </span>
        <a class="number" href={hrefOf('cdrs', callId)}>
          {called === '' ? 'nobody' : called}
        </a>
      </span>
      <span class={`state state-${isAnswered ? 'good' : 'bad'}`}>
        {isAnswered ? 'answered' : (sipCode ?? 'failed')}
      </span>
      <span class="latest-price">{formatMoney(price, currency)}</span>
    </li>
  );
}
