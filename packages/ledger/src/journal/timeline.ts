import type { Store } from '@tandem/store';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Compares the database's timeline with the one this journal has settled to, and notes it: another
 * one means a failover, which may have lost what was committed (money rule R10). False the first
 * time. Throws the store's fault, or the file system's error.
 */
export async function compareTimelines(store: Store, directory: string): Promise<boolean> {
  const { timelineId } = await store.durability();
  const path = join(directory, 'timeline');
  const known = await readFile(path, 'utf8').catch(() => undefined);
  if (known?.trim() === String(timelineId)) return false;
  await writeFile(path, `${timelineId}\n`);
  return known !== undefined;
}
