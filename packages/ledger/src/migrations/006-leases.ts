import { type Migration, sql } from '@tandem/store';

/**
 * The lease of a boot, all by the database's clock (money rules R1, R2, R6, R14): registering,
 * the beat that also writes answers onto holds, the guarded marking of the dead, and the last
 * word of a drained boot. clock_timestamp(), for now() may be long ago in a transaction that waited.
 */
export const leases: Migration = {
  name: '006-leases',
  async up(database) {
    await sql`
      create function register_boot_1(
        p_node text, p_boot text, p_predecessors text[], p_dead_after interval
      ) returns text language plpgsql as $body$
      begin
        -- Whose journal this node holds, ours or that of another name, does not run any more.
        update node_boots set state = 'dead'
          where state = 'live' and boot = any(p_predecessors) and boot <> p_boot;
        update node_boots set state = 'dead'
          where state = 'live' and node = p_node and boot <> p_boot
            and last_seen < clock_timestamp() - dead_after;
        insert into node_boots (node, boot, dead_after) values (p_node, p_boot, p_dead_after)
          on conflict do nothing;
        return coalesce((select state from node_boots where boot = p_boot and node = p_node), 'taken');
      end $body$`.execute(database);
    await sql`
      create function beat_boot_1(
        p_boot text, p_gap interval, p_charges text[], p_answered_ago_ms double precision[],
        out seen timestamptz, out written text[]
      ) language plpgsql as $body$
      begin
        update node_boots set
          continuous_since = case when last_seen < clock_timestamp() - p_gap
            then clock_timestamp() else continuous_since end,
          last_seen = clock_timestamp()
          where boot = p_boot and state = 'live'
          returning last_seen into seen;
        if seen is null then return; end if;
        if cardinality(p_charges) > 0 then
          perform 1 from holds where charge_id = any(p_charges) order by charge_id for update;
          update holds h set answered_at =
              clock_timestamp() - u.ago_ms * interval '1 millisecond'
            from unnest(p_charges, p_answered_ago_ms) as u (charge_id, ago_ms)
            where h.charge_id = u.charge_id and h.answered_at is null and not h.is_void;
          -- One whose hold is not there yet is told again.
          written := array(select charge_id from holds where charge_id = any(p_charges));
        end if;
      end $body$`.execute(database);
    await sql`
      create function fence_boots_1(p_boot text, p_gap interval)
      returns setof text language sql as $body$
        update node_boots b set state = 'dead'
        where b.state = 'live' and b.boot <> p_boot
          and b.last_seen < clock_timestamp() - b.dead_after
          and exists (
            select 1 from node_boots mine
            where mine.boot = p_boot and mine.state = 'live'
              and mine.last_seen >= clock_timestamp() - p_gap
              -- Our own lease was unbroken for as long: after an outage nobody is marked.
              and mine.continuous_since < clock_timestamp() - b.dead_after
          )
        returning b.boot
      $body$`.execute(database);
    await sql`
      create function close_boot_1(p_boot text) returns boolean language plpgsql as $body$
      begin
        update node_boots set state = 'closed'
          where boot = p_boot and state = 'live'
            and not exists (select 1 from holds where boot = p_boot and not is_void);
        return found;
      end $body$`.execute(database);
  },
};
