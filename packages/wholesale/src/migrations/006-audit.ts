import { type Migration, sql } from '@tandem/store';

/** Who changed what, when, and how it was before. Secrets are never in it. */
export const audit: Migration = {
  name: '006-audit',
  async up(database) {
    await sql`
      create table audit (
        id bigint generated always as identity primary key,
        at timestamptz not null default clock_timestamp(),
        actor text not null,
        section text not null,
        name text not null,
        action text not null check (action in ('create', 'update', 'delete', 'import', 'rollback')),
        before jsonb,
        after jsonb
      )`.execute(database);
    await sql`create index audit_at on audit (at)`.execute(database);
  },
};
