import type { ConfProblem } from './conf-problem.ts';
import type { ConfEntry } from './conf-reader.ts';

/**
 * Reads what `--set` says: `section.key=value`, split at the first dot and the first `=`, so
 * that `general.user.register=yes` sets `user.register`. A problem instead where it cannot be read.
 */
export function readOverride(text: string): ConfEntry | ConfProblem {
  const equals = text.indexOf('=');
  const dot = text.indexOf('.');
  const hasForm = dot > 0 && equals > dot + 1;
  const section = text.slice(0, dot).trim();
  const key = text.slice(dot + 1, equals).trim();
  if (!hasForm || section === '' || key === '') {
    return {
      place: '--set',
      message: `expected section.key=value, got ${JSON.stringify(text)}`,
      hint: 'such as --set sip.listen=udp:127.0.0.1:5060',
    };
  }
  return { section, key, value: text.slice(equals + 1).trim(), place: '--set' };
}

/** Whether an override could be read. */
export function isEntry(read: ConfEntry | ConfProblem): read is ConfEntry {
  return 'value' in read;
}
