import { guess, z } from '@tandem/engine';
import type { ApplyIssue, ApplySection } from '@tandem/messages';
import { writePath } from './document-path.ts';

/** One list of a document with the section that owns it, its items read by its schema. */
export interface SetUpList {
  readonly section: ApplySection;
  readonly items: readonly unknown[];
}

/** What a document holds, and what is wrong with it: everything at once. */
export interface CheckedDocument {
  /** In the order in which they are written. */
  readonly lists: readonly SetUpList[];
  readonly issues: readonly ApplyIssue[];
}

/** Items of one list; more are imported otherwise. */
const ITEMS_MAX = 100_000;

/** Checks a set-up document against the sections that there are. Never throws. */
export function checkDocument(
  document: unknown,
  sections: readonly ApplySection[],
): CheckedDocument {
  const names = sections.map(({ name }) => name);
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    const message = `expected lists by name, such as ${names.join(', ')}`;
    return { lists: [], issues: [{ path: '', message }] };
  }
  const issues: ApplyIssue[] = Object.keys(document)
    .filter((key) => !names.includes(key))
    .map((key) => unknownKey(key, key, names));
  const lists = sections
    .toSorted((a, b) => a.order - b.order)
    .flatMap((section) => {
      const value: unknown = (document as Readonly<Record<string, unknown>>)[section.name];
      return value === undefined ? [] : [{ section, items: readItems(section, value, issues) }];
    });
  return { lists, issues };
}

function readItems({ name, item }: ApplySection, value: unknown, issues: ApplyIssue[]): unknown[] {
  if (!Array.isArray(value) || value.length > ITEMS_MAX) {
    issues.push({ path: name, message: `expected a list of at most ${ITEMS_MAX} items` });
    return [];
  }
  // Where a section forgot to say so: what nobody reads is a mistake of whoever wrote it.
  const schema = item instanceof z.ZodObject ? item.strict() : item;
  return value.flatMap((raw: unknown, index) => {
    const read = schema.safeParse(raw);
    if (read.success) return [read.data];
    for (const issue of read.error.issues) {
      issues.push(...issuesOf(issue, [name, index], schema));
    }
    return [];
  });
}

function issuesOf(issue: z.core.$ZodIssue, at: PropertyKey[], schema: z.ZodType): ApplyIssue[] {
  const path = [...at, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => unknownKey(writePath([...path, key]), key, known));
  }
  const message = issue.message
    .replace(/^Invalid (?:input|option|string): ?/, '')
    .replace(/, received undefined$/, ', got nothing')
    .replace(/, received /, ', got ')
    .replace('expected string', 'expected text');
  return [{ path: writePath(path), message }];
}

function unknownKey(path: string, key: string, known: readonly string[]): ApplyIssue {
  const meant = guess(key, known);
  const hint = meant === undefined ? `known: ${known.join(', ')}` : `did you mean "${meant}"?`;
  return { path, message: `unknown key "${key}"`, hint };
}

/** Keys that an object somewhere inside a schema may have. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let inner: unknown = unwrap(schema);
  for (const part of path) {
    if (inner instanceof z.ZodObject) inner = unwrap(inner.shape[String(part)]);
    else if (inner instanceof z.ZodArray) inner = unwrap(inner.element);
  }
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function unwrap(schema: unknown): unknown {
  let inner = schema;
  while (
    inner instanceof z.ZodOptional ||
    inner instanceof z.ZodDefault ||
    inner instanceof z.ZodNullable
  ) {
    inner = inner.unwrap();
  }
  return inner;
}
