import { systemClock } from '@tandem/engine';
import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import type { FeatureMigrations } from '../migration.ts';
import { openStore } from '../open-store.ts';

/** Databases looked at by one sweep. */
const SWEEP_MAX = 50;

/**
 * Makes sure of a database that has these migrations, to copy new ones from: its name. A copy takes
 * 40 ms, the steps take half a second. It serves one run of the tests, for the name has the id of
 * the process that runs them: what a step is made of may have changed by the next.
 */
export async function testTemplate(
  admin: Client,
  url: (name: string) => string,
  migrations: readonly FeatureMigrations[],
): Promise<string> {
  const steps = migrations.map(({ feature, migrations: list }) => [
    feature,
    ...list.flatMap((step) => Object.values(step).map(String)),
  ]);
  const hash = createHash('sha256').update(JSON.stringify(steps)).digest('hex').slice(0, 12);
  const name = `template_${process.ppid}_${hash}`;
  await admin.query('select pg_advisory_lock(hashtext($1))', ['tandem test templates']);
  try {
    const known = await admin.query('select from pg_database where datname = $1', [name]);
    if (known.rowCount !== 0) return name;
    await dropOld(admin);
    const raw = `${name}_raw`;
    await admin.query(`drop database if exists ${raw} with (force)`);
    await admin.query(`create database ${raw}`);
    const store = await openStore({ clock: systemClock, poolSize: 1, url: url(raw) });
    try {
      await store.migrate(migrations);
    } finally {
      await store.close();
    }
    // Under its own name only when it is whole.
    await admin.query(`alter database ${raw} rename to ${name}`);
    return name;
  } finally {
    await admin.query('select pg_advisory_unlock(hashtext($1))', ['tandem test templates']);
  }
}

/** Templates of runs that have ended. */
async function dropOld(admin: Client): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    `select datname as name from pg_database where datname like 'template\\_%\\_%'
     limit ${SWEEP_MAX}`,
  );
  for (const { name } of rows) {
    const run = Number(name.split('_')[1]);
    if (Number.isInteger(run) && run > 0 && !isRunning(run)) {
      await admin.query(`drop database if exists ${name} with (force)`);
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
