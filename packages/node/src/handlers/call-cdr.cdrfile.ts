import type { Scope } from '@tandem/engine';
import { priorities } from '@tandem/messages';
import type { AppendedFile } from '../cdrfile/appended-file.ts';
import type { CdrFileConfig } from '../cdrfile/cdr-file-config.ts';
import { jsonLine, templateLine } from '../cdrfile/record-line.ts';

/** call.cdr: appends the record of each leg to a file, last of all who hear of it. */
export function handleCdrFile(
  scope: Scope,
  file: AppendedFile,
  { operations, format }: CdrFileConfig,
): void {
  scope.handle('call.cdr', { priority: priorities.cdrWriters }, ({ params }) => {
    // What is told again for a journal was written when it was told first.
    const isWanted = operations.includes(params.operation) && params.repeat === undefined;
    if (!isWanted || !params.cdrwrite) return;
    file.append(format === '' ? jsonLine(params) : templateLine(format, params));
  });
}
