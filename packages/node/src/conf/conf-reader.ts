import type { ConfProblem } from './conf-problem.ts';

/** One `key = value` and where it stands. */
export interface ConfEntry {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  /** `clustering.conf:12`. */
  readonly place: string;
}

/** What a file holds, and what of it could not be read. */
export interface ConfText {
  readonly entries: readonly ConfEntry[];
  /** Sections in the order of the file, with the place of their first header. */
  readonly sections: ReadonlyMap<string, string>;
  readonly problems: readonly ConfProblem[];
}

/** A larger file is no configuration. */
const LINES_MAX = 100_000;

/**
 * Reads a configuration by Yate's rules: `;` begins a comment only at the start of a line, a
 * value is taken as it stands (no quotes, no escapes: `\0` stays), a backslash at the end of a
 * line goes on in the next one, sections of one name are joined. Never throws.
 */
export function readConfText(text: string, file: string): ConfText {
  const entries: ConfEntry[] = [];
  const sections = new Map<string, string>();
  const problems: ConfProblem[] = [];
  let section: string | undefined;
  for (const { line, number } of joinedLines(text)) {
    const place = `${file}:${number}`;
    if (line === '' || line.startsWith(';')) continue;
    if (line.startsWith('[')) {
      section = readHeader(line, place, problems) ?? section;
      if (section !== undefined && !sections.has(section)) sections.set(section, place);
      continue;
    }
    const entry = readEntry(line, { section, place }, problems);
    if (entry !== undefined) entries.push(entry);
  }
  return { entries, sections, problems };
}

/** Lines without white space around them, each with the number of its first part. */
function* joinedLines(text: string): Generator<{ line: string; number: number }> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  for (let index = 0; index < Math.min(lines.length, LINES_MAX); index++) {
    const number = index + 1;
    let line = lines[index]!.trim();
    while (line.endsWith('\\') && !line.startsWith(';') && index + 1 < lines.length) {
      line = line.slice(0, -1) + lines[++index]!.trim();
    }
    yield { line, number };
  }
}

function readHeader(line: string, place: string, problems: ConfProblem[]): string | undefined {
  const end = line.indexOf(']');
  const name = line.slice(1, end).trim();
  if (end < 0 || name === '') {
    problems.push({ place, message: `expected [section], got ${JSON.stringify(line)}` });
    return undefined;
  }
  if (name.startsWith('$')) {
    const hint = 'put all settings into one file, or give them with --set';
    problems.push({ place, message: `the directive [${name}] is not understood`, hint });
    return undefined;
  }
  return name;
}

function readEntry(
  line: string,
  { section, place }: { section: string | undefined; place: string },
  problems: ConfProblem[],
): ConfEntry | undefined {
  const equals = line.indexOf('=');
  const key = (equals < 0 ? line : line.slice(0, equals)).trim();
  if (section === undefined) {
    const hint = 'write a header such as [general] above it';
    problems.push({ place, key, message: 'stands before the first section', hint });
    return undefined;
  }
  if (key === '') {
    problems.push({ place, section, message: `expected key = value, got ${JSON.stringify(line)}` });
    return undefined;
  }
  if (equals < 0) {
    const hint = key.startsWith('#') ? 'comments begin with ;' : `write ${key} = value`;
    problems.push({ place, section, key, message: 'expected text, got nothing', hint });
    return undefined;
  }
  return { section, key, value: line.slice(equals + 1).trim(), place };
}
