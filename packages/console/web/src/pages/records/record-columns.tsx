import { nullableNumber, nullableText, textOf } from '../../api/read-json.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatInstant } from '../../format/instant.ts';
import { formatMoney, microsOf } from '../../format/money.ts';
import { hrefOf } from '../../shell/place.ts';
import type { Column } from '../../table/column.ts';

/** One record as the API gives it: columns differ with what a node has installed. */
export type RecordRow = Readonly<Record<string, unknown>>;

type Kind = 'text' | 'number' | 'instant' | 'span' | 'seconds' | 'sell' | 'buy' | 'call';

/** Columns in the order of reading; a column whose keys no record has is not shown. */
const KNOWN: readonly {
  readonly title: string;
  readonly kind: Kind;
  readonly keys: readonly string[];
}[] = [
  { title: 'Started', kind: 'instant', keys: ['startedAt', 'startTime'] },
  { title: 'Caller', kind: 'number', keys: ['caller', 'aNumberIn'] },
  { title: 'Called', kind: 'number', keys: ['called', 'bNumberIn'] },
  { title: 'Tenant', kind: 'text', keys: ['tenant', 'tenantId'] },
  { title: 'In', kind: 'text', keys: ['inboundTrunk', 'tenantTrunk'] },
  { title: 'Out', kind: 'text', keys: ['outboundTrunk', 'trunk', 'vendorTrunk', 'vendor'] },
  { title: 'Status', kind: 'text', keys: ['status', 'sipCode'] },
  { title: 'Reason', kind: 'text', keys: ['reason', 'rejectCode', 'sipReason'] },
  { title: 'Length', kind: 'span', keys: ['talkMs', 'durationMs'] },
  { title: 'Billed', kind: 'seconds', keys: ['billedSeconds', 'sellBilledSeconds'] },
  { title: 'Price', kind: 'sell', keys: ['price', 'sellAmount'] },
  { title: 'Cost', kind: 'buy', keys: ['cost', 'buyAmount'] },
  { title: 'Node', kind: 'text', keys: ['node'] },
  { title: 'Call', kind: 'call', keys: ['callId', 'billid', 'id'] },
];

/** The columns for these records: the known ones that occur. */
export function recordColumns(rows: readonly RecordRow[]): readonly Column<RecordRow>[] {
  return KNOWN.flatMap(({ title, kind, keys }) => {
    const key = keys.find((key) => rows.some((row) => row[key] !== undefined));
    return key === undefined ? [] : [columnOf(key, title, kind)];
  });
}

/** What a record is known by in a list. */
export function recordKey(row: RecordRow): string {
  const named = ['cdrId', 'id', 'callId', 'billid', 'leg', 'attempt'];
  return named.map((key) => textOf(row[key])).join(' ');
}

function columnOf(key: string, title: string, kind: Kind): Column<RecordRow> {
  const column = { id: key, title, sortValue: (row: RecordRow) => nullableText(row[key]) };
  switch (kind) {
    case 'instant':
      return {
        ...column,
        cell: (row) => formatInstant(nullableNumber(row[key])),
        sortValue: (row) => nullableNumber(row[key]),
      };
    case 'span':
      return {
        ...column,
        cell: (row) => formatDuration(nullableNumber(row[key]) ?? 0),
        sortValue: (row) => nullableNumber(row[key]),
        isNumeric: true,
      };
    case 'seconds':
      return {
        ...column,
        cell: (row) => (row[key] === null ? '–' : `${textOf(row[key], '–')} s`),
        sortValue: (row) => nullableNumber(row[key]),
        isNumeric: true,
      };
    case 'sell':
    case 'buy':
      return {
        ...column,
        cell: (row) => formatMoney(nullableText(row[key]), nullableText(row['currency'])),
        sortValue: (row) => {
          const amount = nullableText(row[key]);
          return amount === null ? null : microsOf(amount);
        },
        isNumeric: true,
      };
    case 'call':
      return {
        ...column,
        cell: (row) => (
          <a class="mono" href={hrefOf('calls', textOf(row[key]))}>
            {textOf(row[key])}
          </a>
        ),
      };
    case 'number':
      return { ...column, cell: (row) => <span class="number">{textOf(row[key], '–')}</span> };
    case 'text':
    default:
      return { ...column, cell: (row) => textOf(row[key], '–') };
  }
}
