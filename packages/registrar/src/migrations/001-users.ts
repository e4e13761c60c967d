import { type Migration, sql } from '@tandem/store';

/** Users with the hashes they are known by, and where each of their phones is. */
export const usersAndRegistrations: Migration = {
  name: '001-users',
  async up(database) {
    await sql`
      create table users (
        name text primary key check (name <> ''),
        realm text not null,
        ha1_md5 text not null,
        ha1_sha256 text not null,
        created_at timestamptz not null default clock_timestamp(),
        updated_at timestamptz not null default clock_timestamp()
      )`.execute(database);
    await sql`
      create table registrations (
        username text not null references users (name) on delete cascade,
        -- The instance and its reg-id (RFC 5626), or else the contact: one row a phone.
        binding text not null,
        location text not null,
        contact text not null,
        q real not null,
        instance text not null,
        reg_id text not null,
        path text[] not null,
        connection text not null,
        node text not null,
        boot text not null,
        generation bigint not null,
        call_id text not null,
        cseq bigint not null,
        address text not null,
        user_agent text not null,
        received_at timestamptz not null,
        expires_at timestamptz not null,
        primary key (username, binding)
      )`.execute(database);
    await sql`create index registrations_expiry on registrations (expires_at)`.execute(database);
    await sql`create index registrations_owner on registrations (node, boot)`.execute(database);
    await sql`create sequence registration_generations`.execute(database);
  },
};
