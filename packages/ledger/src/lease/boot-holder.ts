import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Linux gives the kernel a new id at each start of the machine. */
const KERNEL_BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** Which process holds a boot, and where. */
export interface BootHolder {
  /** The machine since it was started: a copy of it that was started has another one. */
  readonly machine: string;
  /** The process: minted once, never written to a disk. */
  readonly holder: string;
}

/** Makes the mark of this process. Never throws. */
export function makeBootHolder(): BootHolder {
  return { machine: machineMark(), holder: randomUUID() };
}

function machineMark(): string {
  try {
    return readFileSync(KERNEL_BOOT_ID, 'utf8').trim();
  } catch {
    return hostname();
  }
}
