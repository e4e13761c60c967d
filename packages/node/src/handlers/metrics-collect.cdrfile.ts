import type { Scope } from '@tandem/engine';
import type { AppendedFile } from '../cdrfile/appended-file.ts';

/** metrics.collect: records that never reached the file. */
export function handleCdrFileMetrics(scope: Scope, file: AppendedFile): void {
  scope.handle('metrics.collect', {}, () => [
    {
      name: 'tandem_cdrfile_lost_total',
      help: 'Records that were not written because the file could not take them.',
      kind: 'counter',
      value: file.lost,
    },
  ]);
}
