import type { ApiResource } from '@tandem/messages';

/** A resource that answers a path, with the params read from it. */
export interface ResourceMatch {
  readonly resource: ApiResource;
  readonly params: Readonly<Record<string, string>>;
}

/** What a table has for a request: a match, other methods on that path, or nothing. */
export type ResourceFinding = ResourceMatch | { readonly allow: readonly string[] } | undefined;

interface Row {
  readonly resource: ApiResource;
  /** Fixed parts as they are, params as `{name}`. */
  readonly parts: readonly string[];
}

/** The resources below /api/v1, found by method and path; made anew when they change. */
export class ResourceTable {
  readonly #rows: readonly Row[];

  /** @param resources of one method and path the first one counts */
  constructor(resources: readonly ApiResource[]) {
    this.#rows = resources
      .map((resource) => ({ resource, parts: partsOf(resource.path) }))
      // Fixed paths before those with params: `/calls/summary` is not the call named summary.
      .toSorted((a, b) => countParams(a) - countParams(b));
  }

  /** All of them, by path. */
  get resources(): readonly ApiResource[] {
    return this.#rows.map(({ resource }) => resource);
  }

  /** Finds who answers; `path` is below /api/v1, still encoded. Never throws. */
  find(method: string, path: string): ResourceFinding {
    const parts = partsOf(path);
    const matches = this.#rows.flatMap(({ resource, parts: pattern }) => {
      const params = match(pattern, parts);
      return params === undefined ? [] : [{ resource, params }];
    });
    const found = matches.find(({ resource }) => resource.method === method);
    if (found !== undefined || matches.length === 0) return found;
    return { allow: [...new Set(matches.map(({ resource }) => resource.method))] };
  }
}

/** The name inside `{name}`, or undefined for a fixed part. */
export function paramName(part: string): string | undefined {
  return /^\{(\w+)\}$/.exec(part)?.[1];
}

function match(
  pattern: readonly string[],
  parts: readonly string[],
): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const name = paramName(part);
    const value = decode(parts[index]!);
    if (value === undefined) return undefined;
    if (name !== undefined && value !== '') params[name] = value;
    else if (part !== value) return undefined;
  }
  return params;
}

function partsOf(path: string): string[] {
  return path.replace(/^\/|\/$/g, '').split('/');
}

function countParams({ parts }: Row): number {
  return parts.filter((part) => paramName(part) !== undefined).length;
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
