import type { Store } from '@tandem/store';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** Which records are written; instants are epoch ms, the first included, the second not. */
export interface CdrFilter {
  readonly fromAt?: number | undefined;
  readonly toAt?: number | undefined;
  readonly tenantId?: bigint | undefined;
  readonly status?: string | undefined;
}

/** A large export may take so long, ms. */
const EXPORT_MS_MAX = 3_600_000;

/** Columns that hold what strangers wrote, or that look like it. */
const TEXT_COLUMNS = new Set([
  'call_id',
  'a_number_in',
  'a_number_out',
  'b_number_in',
  'b_number_out',
  'sip_reason',
  'reject_code',
  'orig_ip',
  'term_ip',
  'sip_call_id_a',
  'sip_call_id_b',
  'user_agent',
  'codec',
  'lrn',
  'decision_ref',
  'deck_version',
  'route_version',
  'rated_caller',
  'rated_called',
  'tenant_name',
  'tenant_trunk',
  'vendor_trunk',
]);

const COLUMNS =
  'cdr_id call_id leg attempt is_final node tenant_id tenant_trunk vendor_id vendor_trunk ' +
  'a_number_in a_number_out b_number_in b_number_out lrn start_time ring_time answer_time ' +
  'end_time duration_ms pdd_ms sell_prefix sell_rate sell_increments sell_connect_fee ' +
  'sell_billed_s sell_amount buy_prefix buy_rate buy_increments buy_billed_s buy_amount margin ' +
  'currency sip_code sip_reason q850_cause hangup_by reject_code refused_limit deck_version ' +
  'route_version orig_ip term_ip sip_call_id_a sip_call_id_b codec user_agent decision_ref ' +
  'talk_ms status buy_connect_fee kind tenant_name rated_caller rated_called';

/**
 * Writes CDRs as CSV with a header, streamed, oldest first; the lines written, header excluded.
 * A text that a spreadsheet would take for a formula begins with an apostrophe. @throws the
 * store's fault, or the file system's error
 */
export async function exportCdrs(store: Store, filter: CdrFilter, path: string): Promise<number> {
  const statement = `copy (
    select ${COLUMNS.split(' ').map(shownColumn).join(', ')} from cdrs
    where ${conditionsOf(filter).join(' and ')} order by start_time, cdr_id
  ) to stdout with (format csv, header)`;
  let lines = 0;
  await store.copyTo(
    statement,
    async (chunks) => {
      const counted = async function* (): AsyncGenerator<Buffer> {
        for await (const chunk of chunks) {
          // COPY sends a row a chunk or more; line feeds inside of texts are taken out above.
          for (const byte of chunk) if (byte === 0x0a) lines++;
          yield chunk;
        }
      };
      await pipeline(counted, createWriteStream(path, { mode: 0o640 }));
    },
    EXPORT_MS_MAX,
  );
  return Math.max(0, lines - 1);
}

function shownColumn(column: string): string {
  if (!TEXT_COLUMNS.has(column)) return column;
  const oneLine = `regexp_replace(${column}, '[\\n\\r\\t]', ' ', 'g')`;
  return `case when ${column} ~ '^[=+@\\t\\r-]' then '''' || ${oneLine} else ${oneLine} end as ${column}`;
}

/** COPY takes no parameters: what is written into it are numbers, instants and a checked word. */
function conditionsOf({ fromAt, toAt, tenantId, status }: CdrFilter): string[] {
  const conditions = ['true'];
  if (fromAt !== undefined) conditions.push(`start_time >= '${new Date(fromAt).toISOString()}'`);
  if (toAt !== undefined) conditions.push(`start_time < '${new Date(toAt).toISOString()}'`);
  if (tenantId !== undefined) conditions.push(`tenant_id = ${tenantId}`);
  if (status !== undefined && /^[a-z-]{1,32}$/.test(status)) {
    conditions.push(`status = '${status}'`);
  }
  return conditions;
}
