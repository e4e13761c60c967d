import { formatDuration } from '../../format/duration.ts';
import { formatInstant } from '../../format/instant.ts';
import { hrefOf } from '../../shell/place.ts';
import { amountColumn } from '../../table/amount-column.tsx';
import type { Column } from '../../table/column.ts';
import type { RecordRow } from './record-row.ts';

const currency = (row: RecordRow): string | null => row.currency;

/** The columns of the records, in the order of reading. */
export const recordColumns: readonly Column<RecordRow>[] = [
  {
    id: 'startedAt',
    title: 'Started',
    cell: ({ startedAt }) => <span class="whole">{formatInstant(startedAt)}</span>,
    sortValue: ({ startedAt }) => startedAt,
  },
  {
    id: 'caller',
    title: 'Caller',
    cell: ({ caller }) => <span class="number">{caller === '' ? 'anonymous' : caller}</span>,
    sortValue: ({ caller }) => caller,
  },
  {
    id: 'called',
    title: 'Called',
    cell: ({ called, callId }) => (
      <a class="number" href={hrefOf('cdrs', callId)} title={`The story of call ${callId}`}>
        {called === '' ? 'nobody' : called}
      </a>
    ),
    sortValue: ({ called }) => called,
  },
  {
    id: 'tenant',
    title: 'Tenant',
    cell: ({ tenant }) => tenant ?? '–',
    sortValue: ({ tenant }) => tenant,
  },
  {
    id: 'trunks',
    title: 'Trunks',
    cell: ({ inboundTrunk, outboundTrunk }) =>
      inboundTrunk === null && outboundTrunk === null
        ? '–'
        : `${inboundTrunk ?? '–'} → ${outboundTrunk ?? '–'}`,
    sortValue: ({ inboundTrunk, outboundTrunk }) => outboundTrunk ?? inboundTrunk,
  },
  {
    id: 'result',
    title: 'Result',
    cell: ({ status, sipCode, reason }) => (
      <span class={`state state-${status === 'answered' ? 'good' : 'bad'}`}>
        {status === 'answered' ? 'answered' : `${sipCode ?? ''} ${reason}`}
      </span>
    ),
    sortValue: ({ sipCode }) => sipCode,
  },
  {
    id: 'talk',
    title: 'Talk',
    cell: ({ talkMs }) => formatDuration(talkMs),
    sortValue: ({ talkMs }) => talkMs,
    isNumeric: true,
  },
  {
    id: 'billed',
    title: 'Billed',
    cell: ({ billedSeconds }) => (billedSeconds === null ? '–' : `${billedSeconds} s`),
    sortValue: ({ billedSeconds }) => billedSeconds,
    isNumeric: true,
  },
  amountColumn({ id: 'price', title: 'Price', value: ({ price }) => price, currency }),
  amountColumn({ id: 'cost', title: 'Cost', value: ({ cost }) => cost, currency }),
  { id: 'node', title: 'Node', cell: ({ node }) => node, sortValue: ({ node }) => node },
];
