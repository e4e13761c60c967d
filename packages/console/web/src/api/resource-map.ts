import { listOf, objectOf, textOf } from './read-json.ts';

/** One parameter of a resource's query, as its page describes it. */
export interface QueryParameter {
  readonly name: string;
  readonly description: string;
}

/** Which resources this node has: features that are not installed bring none. */
export interface ResourceMap {
  /** Whether there is e.g. `GET /tenants`. */
  has(method: string, path: string): boolean;
  /** The first path that begins so, as the page names it: `/explain/{call}`; undefined: none. */
  find(method: string, begin: string): string | undefined;
  /** What a resource can be asked for; a parameter that is not listed would be refused. */
  queryOf(method: string, path: string): readonly QueryParameter[];
}

/** Reads them from /api/v1/openapi.json. */
export function readResourceMap(body: unknown): ResourceMap {
  const paths = objectOf(objectOf(body)['paths']);
  const operationOf = (method: string, path: string): unknown =>
    objectOf(paths[path])[method.toLowerCase()];
  const has = (method: string, path: string): boolean => operationOf(method, path) !== undefined;
  return {
    has,
    find: (method, begin) =>
      Object.keys(paths).find((path) => path.startsWith(begin) && has(method, path)),
    queryOf: (method, path) =>
      listOf(objectOf(operationOf(method, path))['parameters'])
        .map(objectOf)
        .filter((parameter) => parameter['in'] === 'query')
        .map(({ name, description }) => ({
          name: textOf(name),
          description: textOf(description),
        })),
  };
}
