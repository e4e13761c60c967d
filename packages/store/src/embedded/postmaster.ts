import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the running server writes about itself into postmaster.pid. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Whether it takes connections: recovery after a crash is over. */
  readonly isReady: boolean;
}

const PID_LINE = 0;
const PORT_LINE = 3;
const STATUS_LINE = 7;

/**
 * Reads the port file; undefined when there is none or it is not complete yet. It outlives a
 * server that was killed: only server.lock tells whether there is one.
 */
export async function readPostmaster(dataDirectory: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[PID_LINE]);
  const port = Number(lines[PORT_LINE]);
  if (!(pid > 0) || !(port > 0)) return undefined;
  return { pid, port, isReady: lines[STATUS_LINE] === 'ready' };
}
