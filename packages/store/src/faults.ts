import { defineFaults } from '@tandem/engine';

declare module '@tandem/engine' {
  interface FaultCodes {
    STORE_URL_INVALID: true;
    STORE_UNREACHABLE: true;
    STORE_REFUSED: true;
    STORE_BUSY: true;
    STORE_CLOSED: true;
    STORE_CONNECTION_LOST: true;
    STORE_STATEMENT_FAILED: true;
    STORE_MIGRATION_FAILED: true;
    STORE_MIGRATIONS_INCONSISTENT: true;
    STORE_DATABASE_NEWER: true;
    STORE_NOTICE_INVALID: true;
    STORE_EMBEDDED_UNAVAILABLE: true;
    STORE_EMBEDDED_DIRECTORY: true;
    STORE_EMBEDDED_START_FAILED: true;
  }
}

/** The store's own faults: what each means and what an operator does about it. */
export const storeFaults = defineFaults({
  STORE_URL_INVALID: {
    meaning: 'The database address is not a Postgres URL.',
    remedy:
      'Write `[database] url = postgres://user:password@host:5432/database`, with special characters of the password percent-encoded; or leave it out to use the embedded server.',
  },
  STORE_UNREACHABLE: {
    meaning: 'No connection to Postgres; the statement was not sent.',
    remedy:
      'Start Postgres, or mend host and port in `[database] url`; the node tries again by itself.',
  },
  STORE_REFUSED: {
    meaning:
      'Postgres answers, but does not let us in: user, password, database name or its limits.',
    remedy:
      'Read `reason`: mend user and password in `[database] url`, create the database, or raise max_connections; the node tries again by itself.',
  },
  STORE_BUSY: {
    meaning: 'More statements wait for a connection than are allowed; this one was not sent.',
    remedy: 'Look for slow statements in pg_stat_activity, or raise `[database] poolSize`.',
  },
  STORE_CLOSED: {
    meaning: 'The store was used after it had been closed; nothing was sent.',
    remedy: 'This is a fault of the program that ends in the wrong order: report it.',
  },
  STORE_CONNECTION_LOST: {
    meaning: 'The connection broke, or no answer came in time, while a statement was on its way.',
    remedy:
      'Whether it was carried out is not known until it is asked again; see the state of Postgres and of the network.',
  },
  STORE_STATEMENT_FAILED: {
    meaning: 'Postgres refused a statement; nothing of it was kept.',
    remedy: 'Read `sqlState` and `reason`; 57014 and 40xxx pass by themselves when tried again.',
  },
  STORE_MIGRATION_FAILED: {
    meaning: 'A change of the database layout failed; it was rolled back and later ones not tried.',
    remedy: 'Read `reason`, mend it, and run `tandem migrate` again; earlier changes are kept.',
  },
  STORE_MIGRATIONS_INCONSISTENT: {
    meaning: 'The list of layout changes was edited after a part of it had been applied.',
    remedy:
      'Append new migrations at the end of the feature named; never insert, rename or remove.',
  },
  STORE_DATABASE_NEWER: {
    meaning: 'The database was migrated by a newer version of Tandem than this one.',
    remedy: 'Start the newer version, or restore a backup from before; nothing was changed.',
  },
  STORE_NOTICE_INVALID: {
    meaning: 'A change notice has no valid channel name, or is too long for Postgres.',
    remedy: 'Channel names have 1 to 63 bytes, payloads at most 7,999; send a key, not the data.',
  },
  STORE_EMBEDDED_UNAVAILABLE: {
    meaning: 'The embedded Postgres cannot be used on this machine.',
    remedy: 'Install what `missing` names, or set `[database] url` to a Postgres of your own.',
  },
  STORE_EMBEDDED_DIRECTORY: {
    meaning: 'The directory of the embedded Postgres cannot be used.',
    remedy:
      'Set `[database] directory` to a place that this user may write to, or mend its owner and mode.',
  },
  STORE_EMBEDDED_START_FAILED: {
    meaning: 'The embedded Postgres was started and did not come up.',
    remedy: 'Read `reason` and server.log in the directory named.',
  },
});
