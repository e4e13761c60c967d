import { Client, escapeIdentifier } from 'pg';

/** Another node made it at the same moment: before our look, or between our look and our try. */
const MADE_BY_ANOTHER = new Set(['42P04', '23505']);
const CONNECT_WITHIN_MS = 5_000;

/** Makes the database if it is not there. `url` leads to another one of the same server. */
export async function ensureDatabase(url: string, name: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_WITHIN_MS });
  // Without a listener a server that dies just now would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const found = await client.query('select from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${escapeIdentifier(name)}`);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === undefined || !MADE_BY_ANOTHER.has(code)) throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
