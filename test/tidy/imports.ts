import type { SourceFile } from './source-file.ts';

/** Where a file takes something from another. */
export interface Import {
  readonly offset: number;
  /** As written: `./leg.ts`, `@tandem/engine`, `node:fs`, `pg`. */
  readonly specifier: string;
  /** Only its types are used; nothing is left of it in the built file. */
  readonly isType: boolean;
}

// The text between the quotes is blank here; it is read from the original at the same offsets.
const statement = /\b(import|export)\b([^;'"`]*?\bfrom\s*)?\s*(['"])( *)\3/g;
const call = /\bimport\s*\(\s*(['"`])( *)\1/g;
const url = /\bnew\s+URL\s*\(\s*(['"])( *)\1\s*,\s*import\.meta\.url/g;

/** Every import and re-export of a file, static or dynamic, types included. */
export function listImports(file: SourceFile): Import[] {
  const { code } = file.blanked;
  const found: Import[] = [];
  for (const hit of code.matchAll(statement)) {
    const length = (hit[4] ?? '').length;
    const end = hit.index + hit[0].length - 1;
    found.push({
      offset: hit.index,
      specifier: file.text.slice(end - length, end),
      isType: /^(import|export)\s+type\b/.test(hit[0]),
    });
  }
  for (const hit of code.matchAll(call)) {
    const length = (hit[2] ?? '').length;
    const end = hit.index + hit[0].length - 1;
    found.push({ offset: hit.index, specifier: file.text.slice(end - length, end), isType: false });
  }
  return found;
}

/** Files that are started by address, `new URL('./worker.ts', import.meta.url)`: worker entries. */
export function listEntryUrls(file: SourceFile): string[] {
  return [...file.blanked.code.matchAll(url)].map((hit) => {
    const start = hit.index + hit[0].indexOf(hit[1] ?? "'") + 1;
    return file.text.slice(start, start + (hit[2] ?? '').length);
  });
}

/** `@nats-io/kv/sub` → `@nats-io/kv`, `pg/lib` → `pg`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
