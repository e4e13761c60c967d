/** Postgres: connection, migrations, change notices, the embedded server. */
export {};
