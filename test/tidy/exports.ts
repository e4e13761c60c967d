import type { SourceFile } from './source-file.ts';

/** One `export` at the top of a file. */
export interface Export {
  readonly offset: number;
  readonly kind: 'declaration' | 'list' | 'all' | 'default';
  /** The declared word: `function`, `const`, `class`, `interface`, `type`; '' for the others. */
  readonly what: string;
  /** The declared name; '' for lists. */
  readonly name: string;
}

const declaration =
  /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(const\s+enum|function|const|let|var|class|interface|type|enum|namespace|module)\b\s*\*?\s*([\w$]*)/;

/** The exports of a file in order, overloads included. Only those at its top level. */
export function listExports(file: SourceFile): Export[] {
  const { code } = file.blanked;
  return topLevelOffsets(code, /\bexport\b/g).map((offset) => {
    const rest = code.slice(offset);
    if (/^export\s+default\b/.test(rest)) return { offset, kind: 'default', what: '', name: '' };
    if (/^export\s+(?:type\s+)?\*/.test(rest)) return { offset, kind: 'all', what: '', name: '' };
    if (/^export\s+(?:type\s+)?\{/.test(rest)) return { offset, kind: 'list', what: '', name: '' };
    const [, what = '', name = ''] = declaration.exec(rest) ?? [];
    return { offset, kind: 'declaration', what, name };
  });
}

/** Offsets of `pattern` (global) that stand outside all brackets. */
export function topLevelOffsets(code: string, pattern: RegExp): number[] {
  const offsets: number[] = [];
  let depth = 0;
  let at = 0;
  for (const hit of code.matchAll(pattern)) {
    for (; at < hit.index; at += 1) {
      const char = code.charAt(at);
      if ('{(['.includes(char)) depth += 1;
      else if ('})]'.includes(char)) depth -= 1;
    }
    if (depth === 0) offsets.push(hit.index);
  }
  return offsets;
}
