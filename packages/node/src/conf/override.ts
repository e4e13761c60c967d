import type { ConfProblem } from './conf-problem.ts';
import type { ConfEntry } from './conf-reader.ts';

/** What `--set` said, and what of it could not be read. */
export interface Overrides {
  readonly entries: readonly ConfEntry[];
  readonly problems: readonly ConfProblem[];
}

/**
 * Reads what `--set` says: `section.key=value`, split at the first dot and the first `=`, so
 * that `general.user.register=yes` sets `user.register`.
 */
export function readOverrides(texts: readonly string[]): Overrides {
  const entries: ConfEntry[] = [];
  const problems: ConfProblem[] = [];
  for (const text of texts) {
    const entry = readOverride(text);
    if (entry === undefined) problems.push(unreadable(text));
    else entries.push(entry);
  }
  return { entries, problems };
}

function readOverride(text: string): ConfEntry | undefined {
  const equals = text.indexOf('=');
  const dot = text.indexOf('.');
  if (dot < 0 || equals < dot) return undefined;
  const section = text.slice(0, dot).trim();
  const key = text.slice(dot + 1, equals).trim();
  const value = text.slice(equals + 1).trim();
  return section === '' || key === '' ? undefined : { section, key, value, place: '--set' };
}

function unreadable(text: string): ConfProblem {
  return {
    place: '--set',
    message: `expected section.key=value, got ${JSON.stringify(text)}`,
    hint: 'such as --set sip.listen=udp:127.0.0.1:5060',
  };
}
