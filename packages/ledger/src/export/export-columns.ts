/** How a column is written: numbers as they are, instants in UTC, texts safe for spreadsheets. */
type ColumnForm = 'number' | 'instant' | 'text';

/** The columns of an export in their order; new ones come at the end. */
const COLUMNS =
  'cdr_id call_id leg attempt is_final node tenant_id tenant_trunk vendor_id vendor_trunk ' +
  'a_number_in a_number_out b_number_in b_number_out lrn start_time ring_time answer_time ' +
  'end_time duration_ms pdd_ms sell_prefix sell_rate sell_increments sell_connect_fee ' +
  'sell_billed_s sell_amount buy_prefix buy_rate buy_increments buy_billed_s buy_amount margin ' +
  'currency sip_code sip_reason q850_cause hangup_by reject_code refused_limit deck_version ' +
  'route_version orig_ip term_ip sip_call_id_a sip_call_id_b codec user_agent decision_ref ' +
  'talk_ms status buy_connect_fee kind tenant_name rated_caller rated_called';

/** Names of the columns, in order. */
export const EXPORT_COLUMNS: readonly string[] = COLUMNS.split(' ');

const NUMBERS = new Set(
  (
    'attempt is_final tenant_id vendor_id duration_ms pdd_ms sell_rate sell_connect_fee ' +
    'sell_billed_s sell_amount buy_rate buy_billed_s buy_amount margin sip_code q850_cause ' +
    'talk_ms buy_connect_fee'
  ).split(' '),
);
const INSTANTS = new Set(['start_time', 'ring_time', 'answer_time', 'end_time']);

/**
 * The column as the export shows it, in SQL. Instants are ISO 8601 in UTC with milliseconds,
 * whatever zone the server lives in. A text that a spreadsheet would take for a formula begins with
 * an apostrophe, and lies on one line.
 */
export function shownColumn(column: string): string {
  const form = formOf(column);
  if (form === 'number') return column;
  if (form === 'instant') {
    const iso = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;
    return `to_char(${column} at time zone 'UTC', ${iso}) as ${column}`;
  }
  const oneLine = `regexp_replace(${column}, '[\\n\\r\\t]', ' ', 'g')`;
  const isFormula = `${column} ~ '^[=+@\\t\\r\\n-]'`;
  return `case when ${isFormula} then '''' || ${oneLine} else ${oneLine} end as ${column}`;
}

function formOf(column: string): ColumnForm {
  if (NUMBERS.has(column)) return 'number';
  return INSTANTS.has(column) ? 'instant' : 'text';
}
