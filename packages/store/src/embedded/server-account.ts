import { TandemError } from '@tandem/engine';
import { stat } from 'node:fs/promises';
import { runProgram } from './run-program.ts';

/** The account that the server runs as, when it cannot be our own. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

const ACCOUNT_NAME = 'postgres';

/**
 * Postgres refuses to run as root. As root: the owner of the data if there is any, else the
 * account `postgres`, made if there is none. Otherwise undefined, which is ourselves.
 * Throws STORE_EMBEDDED_UNAVAILABLE.
 */
export async function serverAccount(dataDirectory: string): Promise<ServerAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(dataDirectory).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const known = await lookUp();
  if (known !== undefined) return known;
  // Several nodes may start at once: it does not matter whose useradd wins.
  const made = await runProgram('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--home-dir=/nonexistent',
    '--shell=/usr/sbin/nologin',
    ACCOUNT_NAME,
  ]);
  const account = await lookUp();
  if (account !== undefined) return account;
  throw new TandemError('STORE_EMBEDDED_UNAVAILABLE', {
    missing: `a system user \`${ACCOUNT_NAME}\` (Postgres does not run as root)`,
    reason: made.output,
  });
}

async function lookUp(): Promise<ServerAccount | undefined> {
  const [uid, gid] = await Promise.all([
    runProgram('id', ['-u', ACCOUNT_NAME]),
    runProgram('id', ['-g', ACCOUNT_NAME]),
  ]);
  if (uid.code !== 0 || gid.code !== 0) return undefined;
  return { uid: Number(uid.output), gid: Number(gid.output) };
}
