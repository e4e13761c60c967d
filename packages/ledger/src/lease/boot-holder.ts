import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Linux gives the kernel a new id at each start of the machine. */
const KERNEL_BOOT_ID = '/proc/sys/kernel/random/boot_id';
/** Where numbers of processes mean the same: containers have numbers of their own. */
const NUMBERS_OF_PROCESSES = '/proc/self/ns/pid';

/** Which process holds a boot, and where. */
export interface BootHolder {
  /** The machine since it was started, or the container: a copy that was started has another one. */
  readonly machine: string;
  /** The process: its number, when it began, and chance that was never written to a disk. */
  readonly holder: string;
}

/** Makes the mark of a process of this machine, this one by default. Never throws. */
export function makeBootHolder(pid = process.pid): BootHolder {
  const kernel = attempt(() => readFileSync(KERNEL_BOOT_ID, 'utf8').trim()) ?? '';
  const numbers = attempt(() => readlinkSync(NUMBERS_OF_PROCESSES)) ?? '';
  return {
    machine: `${kernel} ${hostname()} ${numbers}`,
    holder: `${pid} ${beganAt(pid) ?? ''} ${randomUUID()}`,
  };
}

/**
 * Whether another process runs, by its mark, which was made on this machine. Within one process the
 * lock of the journal's directory tells. False too where the system does not tell. Never throws.
 */
export function isHolderRunning(holder: string): boolean {
  const [pid = '', began = ''] = holder.split(' ');
  if (Number(pid) === process.pid) return false;
  return began !== '' && beganAt(Number(pid)) === began;
}

/** When a process that runs began, in ticks since the machine did (proc(5), `stat`). */
function beganAt(pid: number): string | undefined {
  const text = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The name may hold spaces and brackets; what follows the last bracket is plain.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? [];
  const hasEnded = fields[0] === 'Z' || fields[0] === 'X';
  return hasEnded ? undefined : fields[19];
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
