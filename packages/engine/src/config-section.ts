import type { z } from 'zod';
import { TandemError } from './fault.ts';
import type { OnFault } from './pipeline.ts';

/** A section as the ini file gives it: texts, or lists of texts where a key repeats. */
export type RawSection = Readonly<Record<string, string | readonly string[]>>;

/** One thing wrong with a section. */
export interface ConfigIssue {
  readonly section: string;
  readonly key: string;
  /** What was expected and what was found. */
  readonly message: string;
  /** What to do, such as the key that was probably meant. */
  readonly hint?: string;
}

/** A section read by its schema, or what is wrong with it. Never throws. */
export type SectionResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly ConfigIssue[] };

/** Reads one section; unknown keys are errors with a guess at the key that was meant. */
export function readSection<S extends z.ZodObject>(
  section: string,
  schema: S,
  raw: RawSection,
): SectionResult<z.output<S>> {
  const known = Object.keys(schema.shape);
  const unknown = Object.keys(raw).filter((key) => !known.includes(key));
  const issues: ConfigIssue[] = unknown.map((key) => unknownKey(section, key, known));
  const fitting = Object.fromEntries(Object.entries(raw).filter(([key]) => known.includes(key)));
  const parsed = schema.safeParse(fitting);
  if (parsed.success) {
    const read: z.output<S> = parsed.data;
    issues.push(...blankNumbers(section, fitting, read));
    if (issues.length === 0) return { ok: true, value: read };
  } else {
    for (const issue of parsed.error.issues) {
      const key = String(issue.path[0] ?? '');
      issues.push({ section, key, message: expectation(issue.message, fitting[key]) });
    }
  }
  return { ok: false, issues };
}

/** zod's words in an operator's: `expected number, got "abc"`. */
function expectation(message: string, found: string | readonly string[] | undefined): string {
  if (message.includes(', got ')) return message;
  const plain = message
    .replace(/^Invalid (input|option): /, '')
    .replace(/, received [A-Za-z]+$/, '')
    .replace(/^expected string/, 'expected text')
    .replace(/^expected int$/, 'expected whole number');
  return `${plain}, got ${shown(found)}`;
}

function shown(found: string | readonly string[] | undefined): string {
  return found === undefined || found.length === 0 ? 'nothing' : JSON.stringify(found);
}

/** `z.coerce.number` reads `limit =` as 0, which is nobody's meaning and no default either. */
function blankNumbers(section: string, raw: RawSection, read: object): ConfigIssue[] {
  return Object.entries(raw)
    .filter(([, text]) => typeof text === 'string' && text.trim() === '')
    .filter(([key]) => typeof (read as Readonly<Record<string, unknown>>)[key] === 'number')
    .map(([key]) => ({ section, key, message: 'expected number, got nothing' }));
}

/**
 * Reads a plugin's section: its own keys, and `onFault = refuse | pass` which every section may
 * hold. @throws TandemError CONFIG_INVALID with all that is wrong
 */
export function readPluginSection<S extends z.ZodObject>(
  section: string,
  schema: S,
  raw: RawSection,
): { readonly onFault: OnFault; readonly config: z.output<S> } {
  const { onFault = 'refuse', ...own } = raw;
  const config = readSection(section, schema, own);
  const issues: ConfigIssue[] = config.ok ? [] : [...config.issues];
  if (onFault !== 'refuse' && onFault !== 'pass') {
    const message = `expected refuse or pass, got ${JSON.stringify(onFault)}`;
    issues.push({ section, key: 'onFault', message });
  }
  if (!config.ok || issues.length > 0) {
    const lines = issues.map(describeIssue);
    throw new TandemError('CONFIG_INVALID', { issues: lines.join('; ') });
  }
  return { onFault: onFault as OnFault, config: config.value };
}

/** One issue as an operator reads it: `[general] prefx: unknown key (did you mean "prefix"?)`. */
export function describeIssue({ section, key, message, hint }: ConfigIssue): string {
  return `[${section}] ${key}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}

/** The known word nearest to `word`, if it is near enough to be a slip of the pen. */
export function guess(word: string, known: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(lower, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function unknownKey(section: string, key: string, known: readonly string[]): ConfigIssue {
  const meant = guess(key, known);
  const hint = meant === undefined ? `known keys: ${known.join(', ')}` : `did you mean "${meant}"?`;
  return { section, key, message: 'unknown key', hint };
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + cost));
    }
    row = next;
  }
  return row[b.length]!;
}
