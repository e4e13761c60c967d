import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { localToolsFolder } from '../tools.mjs';
import { SetupProblem, tell } from './command.mjs';

const lockFile = join(localToolsFolder, 'setup.lock');
const lockWaitMs = 15 * 60_000;
const lockPollMs = 100;

/**
 * Runs `work` while no other set-up of this checkout runs: three nodes started at once from a
 * fresh clone would otherwise install and build over each other.
 */
export async function withSetupLock(work) {
  await takeLock();
  try {
    return await work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

async function takeLock() {
  mkdirSync(localToolsFolder, { recursive: true });
  const giveUpAt = Date.now() + lockWaitMs;
  let hasTold = false;
  while (!writeLock()) {
    const holder = readHolder();
    if (holder === undefined || !isAlive(holder)) {
      // Left behind by a set-up that was killed. Two that find it at once may both go on: then
      // they do the same work twice, as without a lock.
      rmSync(lockFile, { force: true });
      continue;
    }
    if (Date.now() > giveUpAt) {
      throw new SetupProblem(`another set-up (process ${holder}) does not end; see ${lockFile}`);
    }
    if (!hasTold) tell(`waiting for another set-up (process ${holder})`);
    hasTold = true;
    await delay(lockPollMs);
  }
}

function writeLock() {
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new SetupProblem(`cannot write ${lockFile}: ${error.message}`);
  }
}

function readHolder() {
  try {
    // Empty for the moment between its making and its writing: that is somebody alive.
    return Number.parseInt(readFileSync(lockFile, 'utf8'), 10) || process.pid;
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
