import { toTimestamp } from '../books/money-caller.ts';
import type { CdrFilter } from './cdr-query.ts';

/** Puts a value into a statement, as a parameter or a literal; what stands for it. */
export type PutValue = (value: string | number) => string;

/**
 * What a filter asks of a record, in SQL, about a table of records that is named `r` in the
 * statement. Parts that look at other records of the call look into `table`.
 */
export function cdrConditions(filter: CdrFilter, put: PutValue, table = 'cdrs'): string[] {
  return [
    ...ownConditions(filter, put),
    ...suspicions(filter, table),
    ...trunkOf(filter, put, table),
  ];
}

function ownConditions(filter: CdrFilter, put: PutValue): string[] {
  const { kind, from, to, call, tenant, node, status, caller, called, direction } = filter;
  const { code, reason, refusedLimit, hangupBy, deck, minSeconds, maxSeconds } = filter;
  const conditions: string[] = [];
  const given = <T extends string | number>(
    value: T | undefined,
    write: (put: string) => string,
  ) => {
    if (value !== undefined) conditions.push(write(put(value)));
  };
  if (kind !== 'all') given(kind, (value) => `r.kind = ${value}`);
  given(
    from === undefined ? from : toTimestamp(from),
    (at) => `r.start_time >= ${at}::timestamptz`,
  );
  given(to === undefined ? to : toTimestamp(to), (at) => `r.start_time < ${at}::timestamptz`);
  given(call, (value) => `r.call_id = ${value}`);
  // By id, for which there is an index; the name on the record is that of the day.
  given(tenant, (name) => `r.tenant_id = (select id from tenants where name = ${name})`);
  given(node, (value) => `r.node = ${value}`);
  given(status, (value) => `r.status = ${value}`);
  given(caller, (value) => `starts_with(r.a_number_in, ${value})`);
  given(called, (value) => `starts_with(r.b_number_in, ${value})`);
  given(direction && (direction === 'in' ? 'a' : 'b'), (leg) => `r.leg = ${leg}`);
  given(code?.from, (value) => `r.sip_code >= ${value}::int`);
  given(code?.to, (value) => `r.sip_code <= ${value}::int`);
  given(reason, (value) => `r.sip_reason = ${value}`);
  given(refusedLimit, (value) => `r.refused_limit = ${value}`);
  given(hangupBy, (value) => `r.hangup_by = ${value}`);
  given(
    deck,
    (value) => `split_part(r.deck_version, '@', 1) = split_part(${value}, '@', 1)
    and (position('@' in ${value}) = 0 or r.deck_version = ${value})`,
  );
  given(minSeconds, (value) => `r.talk_ms >= ${value}::bigint * 1000`);
  given(maxSeconds, (value) => `r.talk_ms <= ${value}::bigint * 1000`);
  return conditions;
}

/** What somebody who looks for lost money looks for. */
function suspicions({ suspect }: CdrFilter, table: string): string[] {
  if (suspect === undefined) return [];
  const isUnbilled = `(r.kind <> 'correction' and r.talk_ms > 0
    and coalesce(case r.leg when 'a' then r.sell_amount else r.buy_amount end, 0) = 0)`;
  const isLoss = `coalesce(r.margin < 0, false)`;
  const isOrphan = `coalesce(r.sip_reason = 'nodedeath', false)`;
  const isCorrected = `(r.kind <> 'correction' and exists (select from ${table} k
    where k.call_id = r.call_id and k.kind = 'correction' and k.leg = r.leg
      and k.attempt = r.attempt))`;
  const all = { unbilled: isUnbilled, loss: isLoss, orphan: isOrphan, corrected: isCorrected };
  return [suspect === 'any' ? `(${Object.values(all).join(' or ')})` : all[suspect]];
}

function trunkOf({ trunk }: CdrFilter, put: PutValue, table: string): string[] {
  if (trunk === undefined) return [];
  const name = put(trunk);
  return [
    `(r.tenant_trunk = ${name} or r.vendor_trunk = ${name} or exists (
      select from ${table} x where x.call_id = r.call_id and x.vendor_trunk = ${name}))`,
  ];
}
