import type { ApiResource } from '@tandem/messages';
import { paramName } from './http/resource-table.ts';
import type { ConsoleResource } from './resources/console-resource.ts';

/** The OpenAPI page of the resources that there are, features' and plugins' included. */
export function renderOpenApi(resources: readonly ApiResource[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const resource of resources) {
    const methods = (paths[resource.path] ??= {});
    methods[resource.method.toLowerCase()] = operationOf(resource);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tandem',
      version,
      description:
        'Money is a decimal string with a currency beside it; instants end in At and are epoch ms; spans end in Ms or Seconds.',
    },
    servers: [{ url: '/api/v1' }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: ERROR_SCHEMA },
    },
  };
}

const ERROR_SCHEMA = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string' },
        message: { type: 'string' },
        where: { type: 'string' },
        hint: { type: 'string' },
      },
    },
  },
};

function operationOf(resource: ConsoleResource): object {
  const { path, role, summary, query = {}, refusals = {}, method } = resource;
  const inPath = path
    .split('/')
    .map(paramName)
    .filter((name) => name !== undefined)
    .map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  const inQuery = Object.entries(query).map(([name, description]) => ({
    name,
    in: 'query',
    description,
    schema: { type: 'string' },
  }));
  const json = { 'application/json': {} };
  const error = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
  const responses: Record<string, object> = {
    200: { description: 'Done.', content: json },
    default: { description: 'Refused, or failed.', content: error },
  };
  for (const [status, description] of Object.entries(refusals)) {
    responses[status] = { description, content: error };
  }
  return {
    summary,
    ...(role === 'public' ? { security: [] } : { security: [{ token: [] }], 'x-role': role }),
    ...(inPath.length + inQuery.length === 0 ? {} : { parameters: [...inPath, ...inQuery] }),
    ...(method === 'POST' || method === 'PUT' ? { requestBody: { content: json } } : {}),
    responses,
  };
}
