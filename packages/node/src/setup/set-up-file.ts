import { LineCounter, parseDocument, isMap, isNode, type Document } from 'yaml';
import { readPath } from './document-path.ts';

/** Aliases that a file may expand: a small file must not become a large one. */
const ALIASES_MAX = 100;

/** A set-up file as it was written: YAML, or JSON, which is YAML too. */
export interface SetUpFile {
  readonly document: unknown;
  /** Line of a path inside it, such as `users[3].name`; of the nearest part that is there. */
  lineOf(path: string): number;
}

/** A fault of form: where and what. */
export interface SetUpSyntaxFault {
  readonly line: number;
  readonly message: string;
}

/** Reads a set-up file; the faults of its form where it cannot be read. Never throws. */
export function readSetUpFile(text: string): SetUpFile | readonly SetUpSyntaxFault[] {
  const lineCounter = new LineCounter();
  const parsed = parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true });
  if (parsed.errors.length > 0) {
    return parsed.errors.map(({ pos, message }) => ({
      line: lineCounter.linePos(pos[0]).line,
      message,
    }));
  }
  try {
    const document: unknown = parsed.toJS({ maxAliasCount: ALIASES_MAX });
    return { document, lineOf: (path) => lineOf(parsed, lineCounter, readPath(path)) };
  } catch (fault) {
    return [{ line: 1, message: fault instanceof Error ? fault.message : String(fault) }];
  }
}

function lineOf(
  parsed: Document.Parsed,
  lineCounter: LineCounter,
  path: readonly (string | number)[],
): number {
  for (let length = path.length; length > 0; length--) {
    const offset = offsetOf(parsed, path.slice(0, length));
    if (offset !== undefined) return lineCounter.linePos(offset).line;
  }
  return 1;
}

/** Of a key in a map where the key begins, else where the value does. */
function offsetOf(parsed: Document.Parsed, path: readonly (string | number)[]): number | undefined {
  const parent: unknown =
    path.length === 1 ? parsed.contents : parsed.getIn(path.slice(0, -1), true);
  if (isMap(parent)) {
    const pair = parent.items.find(
      ({ key }) => isNode(key) && String(key.toJS(parsed)) === String(path.at(-1)),
    );
    if (pair !== undefined && isNode(pair.key)) return pair.key.range?.[0];
  }
  const node: unknown = parsed.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}
