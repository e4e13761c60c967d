import { type Migration, sql } from '@tandem/store';

/**
 * Who runs under a boot's id. A machine that was copied, or its disk, comes with the id of a boot
 * that lives elsewhere: charges of both would have the same ids, and each would count the other's
 * calls as its own. So a boot belongs to the process that registered it, beats are counted, and the
 * boots of a journal are over at once only on the machine where they ran.
 */
export const bootHolders: Migration = {
  name: '015-boot-holders',
  async up(database) {
    await sql`
      alter table node_boots
        -- The machine since it was started, and the process; null: of an earlier release.
        add column machine text,
        add column holder text,
        add column beats bigint not null default 0`.execute(database);
    // What its node learned of a leg after its hold was made; written with its answer.
    await sql`alter table holds add column note json`.execute(database);
    await sql`
      create function register_boot_2(
        p_node text, p_boot text, p_predecessors text[], p_dead_after interval,
        p_machine text, p_holder text, out outcome text, out beats bigint
      ) language plpgsql as $body$
      begin
        -- Whose journal this node holds, ours or that of another name, does not run any more: for
        -- sure on this machine; of another one when it has been silent for long enough.
        update node_boots b set state = 'dead'
          where b.state = 'live' and b.boot = any(p_predecessors) and b.boot <> p_boot
            and (coalesce(b.machine, p_machine) = p_machine
              or b.last_seen < clock_timestamp() - b.dead_after);
        if exists (select from node_boots b where b.state = 'live'
            and b.boot = any(p_predecessors) and b.boot <> p_boot) then
          outcome := 'copied';
          return;
        end if;
        update node_boots b set state = 'dead'
          where b.state = 'live' and b.node = p_node and b.boot <> p_boot
            and b.last_seen < clock_timestamp() - b.dead_after;
        insert into node_boots (node, boot, dead_after, machine, holder)
          values (p_node, p_boot, p_dead_after, p_machine, p_holder)
          on conflict do nothing;
        select case when b.state = 'live' and b.holder is distinct from p_holder
            then 'taken' else b.state end, b.beats
          into outcome, beats
          from node_boots b where b.boot = p_boot and b.node = p_node;
        outcome := coalesce(outcome, 'taken');
      end $body$`.execute(database);
    await sql`
      create function beat_boot_2(
        p_boot text, p_gap interval,
        -- Beats that we know of, and how many we sent since without an answer.
        p_known bigint, p_lost integer,
        p_charges text[], p_answered_ago_ms double precision[], p_notes json[],
        out seen timestamptz, out count bigint, out written text[], out is_twin boolean
      ) language plpgsql as $body$
      begin
        update node_boots b set
          continuous_since = case when b.last_seen < clock_timestamp() - p_gap
            then clock_timestamp() else b.continuous_since end,
          last_seen = clock_timestamp(),
          beats = b.beats + 1
          where b.boot = p_boot and b.state = 'live'
            and (p_known is null or b.beats between p_known and p_known + p_lost)
          returning b.last_seen, b.beats into seen, count;
        is_twin := seen is null
          and exists (select from node_boots b where b.boot = p_boot and b.state = 'live');
        if seen is null then return; end if;
        if cardinality(p_charges) > 0 then
          perform 1 from holds where charge_id = any(p_charges) order by charge_id for update;
          update holds h set answered_at =
              clock_timestamp() - u.ago_ms * interval '1 millisecond', note = u.note
            from unnest(p_charges, p_answered_ago_ms, p_notes) as u (charge_id, ago_ms, note)
            where h.charge_id = u.charge_id and h.answered_at is null and not h.is_void;
          -- One whose hold is not there yet is told again.
          written := array(select charge_id from holds where charge_id = any(p_charges));
        end if;
      end $body$`.execute(database);
  },
};
