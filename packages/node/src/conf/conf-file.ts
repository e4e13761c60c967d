import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Conf } from './conf.ts';
import type { ConfProblem } from './conf-problem.ts';
import { type ConfEntry, type ConfText, readConfText } from './conf-reader.ts';
import { readOverrides } from './override.ts';

/** The file that is read when nobody names one. */
export const CONF_FILE_DEFAULT = 'clustering.conf';

/** A larger file is no configuration. */
const BYTES_MAX = 4_000_000;

/** Where settings come from, as the command line says. */
export interface ConfSource {
  /** Undefined: {@link CONF_FILE_DEFAULT} if it is there, else defaults only. */
  readonly file?: string | undefined;
  /** What `--set` said, in order. */
  readonly overrides: readonly string[];
  /** What `--node` said: stronger than `[general] nodename`. */
  readonly node?: string | undefined;
}

/** The settings, and what could not be read; each entry that could is there. */
export interface ConfReading {
  readonly conf: Conf;
  readonly problems: readonly ConfProblem[];
}

/** Reads the file and lays the overrides over it. Never throws. */
export function readConf(source: ConfSource): ConfReading {
  const file = source.file ?? CONF_FILE_DEFAULT;
  const text = readText(file, source.file !== undefined);
  const said = readOverrides(source.overrides);
  const node = source.node === undefined ? [] : [nodeEntry(source.node)];
  return {
    conf: new Conf(basename(file), text.entries, [...said.entries, ...node], text.sections),
    problems: [...text.problems, ...said.problems],
  };
}

function nodeEntry(value: string): ConfEntry {
  return { section: 'general', key: 'nodename', value, place: '--node' };
}

function readText(file: string, isRequired: boolean): ConfText {
  const nothing = { entries: [], sections: new Map<string, string>() };
  try {
    const bytes = readFileSync(file);
    if (bytes.length > BYTES_MAX) {
      const message = `is larger than ${BYTES_MAX} bytes and was not read`;
      return { ...nothing, problems: [{ place: file, message }] };
    }
    return readConfText(bytes.toString('utf8'), basename(file));
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isAbsent && !isRequired) return { ...nothing, problems: [] };
    const message = isAbsent ? 'there is no such file' : `cannot be read: ${String(error)}`;
    const hint = isAbsent ? 'clustering.conf.example shows all settings' : 'mend its mode';
    return { ...nothing, problems: [{ place: file, message, hint }] };
  }
}
