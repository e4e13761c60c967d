import type { TestDatabase } from '@tandem/store/testing';

/*
 * A book beside the books: a trigger notes each hold that comes and each that goes, in the order
 * in which the rows' owners were locked. What the functions of the ledger say of limits is judged
 * by it, not by the sums that they keep themselves.
 */

/** Begins to note what becomes of holds. */
export async function watchHolds(database: TestDatabase): Promise<void> {
  await database.query(`
    create table soak_holds (
      id bigint generated always as identity primary key,
      at timestamptz not null default clock_timestamp(),
      side text not null, tenant_id bigint, trunk_id bigint, change integer not null);
    create function soak_hold_moved() returns trigger language plpgsql as $body$
    begin
      if tg_op <> 'INSERT' and not old.is_void then
        if tg_op = 'DELETE' or new.is_void then
          insert into soak_holds (side, tenant_id, trunk_id, change)
            values (old.side, old.tenant_id, old.trunk_id, -1);
        end if;
      elsif tg_op = 'INSERT' and not new.is_void then
        insert into soak_holds (side, tenant_id, trunk_id, change)
          values (new.side, new.tenant_id, new.trunk_id, 1);
      end if;
      return null;
    end $body$;
    create trigger soak_hold_moved after insert or update of is_void or delete on holds
      for each row execute function soak_hold_moved()`);
}

/** The most that was held at once, and admitted within a second, of one owner of limits. */
export interface HeldMost {
  readonly kind: 'tenant' | 'trunk';
  readonly name: string;
  readonly maxCalls: number | null;
  readonly maxCallsPerSecond: number | null;
  readonly most: number;
  readonly mostInSecond: number;
}

/** What was noted, for every tenant and trunk that has a limit. */
export async function heldMost(database: TestDatabase): Promise<HeldMost[]> {
  const of = (kind: 'tenant' | 'trunk', sides: string): string => `
    select '${kind}' as kind, o.name, o.max_calls as "maxCalls",
      o.max_calls_per_second as "maxCallsPerSecond",
      (select coalesce(max(running), 0)::int from (
        select sum(change) over (order by id) as running
        from soak_holds where ${kind}_id = o.id and ${sides}) r) as most,
      (select coalesce(max(n), 0)::int from (
        select count(*) over (order by at range between interval '999.999 ms' preceding
          and current row) as n
        from soak_holds where ${kind}_id = o.id and ${sides} and change > 0) s) as "mostInSecond"
    from ${kind}s o where o.max_calls > 0 or o.max_calls_per_second > 0`;
  return await database.query<HeldMost>(
    `${of('tenant', `side = 'sale'`)} union all ${of('trunk', 'true')}`,
  );
}
