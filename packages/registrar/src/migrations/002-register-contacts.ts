import { type Migration, sql } from '@tandem/store';

/**
 * One REGISTER in one round trip: the user's row is locked first, so that REGISTERs of a user at
 * several nodes take turns; then all contacts are written or none. Versioned by name: a later
 * version gets another name beside this one.
 */
export const registerContacts: Migration = {
  name: '002-register-contacts',
  async up(database) {
    await sql`
      create function register_contacts_1(
        p_username text, p_contacts jsonb, p_is_wipe boolean, p_call_id text, p_cseq bigint,
        p_node text, p_boot text, p_address text, p_user_agent text, p_age_ms double precision,
        p_contacts_max integer
      ) returns text language plpgsql as $body$
      declare
        v_received_at timestamptz := clock_timestamp() - p_age_ms * interval '1 millisecond';
        v_contact jsonb;
      begin
        perform 1 from users where name = p_username for update;
        if not found then return 'unknown'; end if;

        -- The same phone's requests count up (RFC 3261 10.3); whoever was received later wins.
        if exists (
          select 1 from registrations r
          where r.username = p_username and r.expires_at > clock_timestamp()
            and (p_is_wipe or r.binding in (
              select c->>'binding' from jsonb_array_elements(p_contacts) c))
            and ((r.call_id = p_call_id and r.cseq >= p_cseq) or r.received_at > v_received_at)
        ) then return 'outdated'; end if;

        if p_is_wipe then
          delete from registrations where username = p_username;
          return 'done';
        end if;

        delete from registrations where username = p_username and expires_at <= clock_timestamp();
        for v_contact in select * from jsonb_array_elements(p_contacts) loop
          if (v_contact->>'expires')::integer <= 0 then
            delete from registrations
            where username = p_username and binding = v_contact->>'binding';
          else
            insert into registrations values (
              p_username, v_contact->>'binding', v_contact->>'location', v_contact->>'contact',
              (v_contact->>'q')::real, v_contact->>'instance', v_contact->>'regId',
              array(select jsonb_array_elements_text(v_contact->'path')),
              v_contact->>'connection', p_node, p_boot, nextval('registration_generations'),
              p_call_id, p_cseq, p_address, p_user_agent, v_received_at,
              clock_timestamp() + (v_contact->>'expires')::integer * interval '1 second'
            ) on conflict (username, binding) do update set
              location = excluded.location, contact = excluded.contact, q = excluded.q,
              instance = excluded.instance, reg_id = excluded.reg_id, path = excluded.path,
              connection = excluded.connection, node = excluded.node, boot = excluded.boot,
              generation = excluded.generation, call_id = excluded.call_id, cseq = excluded.cseq,
              address = excluded.address, user_agent = excluded.user_agent,
              received_at = excluded.received_at, expires_at = excluded.expires_at;
          end if;
        end loop;

        if (select count(*) from registrations where username = p_username) > p_contacts_max then
          -- Caught below: the whole request is undone.
          raise exception using errcode = 'TD001';
        end if;
        return 'done';
      exception when sqlstate 'TD001' then
        return 'toomany';
      end $body$`.execute(database);
  },
};
