import { join } from 'node:path';
import { definePlugin, type Plugin } from '@tandem/engine';
import { handleCdrFile } from '../handlers/call-cdr.cdrfile.ts';
import { handleCdrFileMetrics } from '../handlers/metrics-collect.cdrfile.ts';
import { AppendedFile } from './appended-file.ts';
import { cdrFileConfig } from './cdr-file-config.ts';

/** Writes the record of every leg to a file: Yate's cdrfile. `directory`: where it lies by default. */
export function createCdrFilePlugin(directory: string): Plugin<typeof cdrFileConfig> {
  return definePlugin({
    name: 'cdrfile',
    config: cdrFileConfig,
    setup(scope, config) {
      if (!config.enabled) return;
      const path = config.path === '' ? join(directory, 'cdr.jsonl') : config.path;
      const file = new AppendedFile(path, scope.wheel, scope.log);
      scope.onDispose(() => file.close());
      handleCdrFile(scope, file, config);
      handleCdrFileMetrics(scope, file);
    },
  });
}
