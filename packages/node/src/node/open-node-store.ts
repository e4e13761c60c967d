import { resolve } from 'node:path';
import type { Clock, Log } from '@tandem/engine';
import { openStore, type Store, type StoreLog } from '@tandem/store';
import type { Conf } from '../conf/conf.ts';
import { databaseConfig } from './database-config.ts';

/**
 * Opens the database that `[database]` names. One that cannot be reached is no fault: the store
 * says so and goes on trying. @throws TandemError when the embedded server cannot be had
 */
export async function openNodeStore(
  conf: Conf,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<Store> {
  const { url = '', directory, poolSize } = databaseConfig.parse(conf.section('database'));
  const onLog: StoreLog = ({ level, text, details = {} }) =>
    level === 'warning' ? log.warn(text, details) : log.info(text, details);
  const where = url === '' ? { directory: resolve(directory) } : { url };
  return await openStore({ ...where, clock, poolSize, onLog });
}
