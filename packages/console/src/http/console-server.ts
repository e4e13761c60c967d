import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { type Bus, type Log, TandemError } from '@tandem/engine';
import type { ApiAnswer, ApiResource, ApiRole } from '@tandem/messages';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Registry } from 'prom-client';
import type { Access } from '../access.ts';
import { answerForThrow, apiError } from '../api-error.ts';
import type { EventFeed } from '../events/event-feed.ts';
import { readiness } from '../health.ts';
import { type ListenAddress, urlOf } from '../listen-address.ts';
import { renderMetrics } from '../metrics/metrics-page.ts';
import { renderOpenApi } from '../openapi.ts';
import type { PageFile } from '../web/page-files.ts';
import { isPageAddress, servePages } from '../web/serve-pages.ts';
import { auditAnswer } from './audit.ts';
import { Gate } from './gate.ts';
import { acceptJson } from './json-body.ts';
import { ResourceTable } from './resource-table.ts';
import { securityHeaders } from './security-headers.ts';

const API = '/api/v1';
/** A set-up file with large decks fits; rates by the million are imported otherwise. */
const BODY_BYTES_MAX = 16 * 1_048_576;
const REQUEST_TIMEOUT_MS = 60_000;
/** Ids of events are shorter. */
const EVENT_ID_LENGTH_MAX = 128;
/** Ports tried after the default one. */
const PORTS_TRIED_MAX = 100;

/** What the server is made of. */
export interface ConsoleServerOptions {
  readonly bus: Bus;
  readonly log: Log;
  readonly version: string;
  readonly registry: Registry;
  readonly feed: EventFeed;
  /** Somebody listens to events now. */
  readonly onListener: () => void;
  /** What an operator does about a fault, by its code. */
  readonly remedyOf: (code: string) => string | undefined;
}

/**
 * The HTTP side of one node:
 *
 *   request ─> Gate (Host, Origin, token, role) ─> ResourceTable ─> resource ─> JSON
 *
 * Access and resources may be replaced while it listens: a reload keeps the socket.
 */
export class ConsoleServer {
  readonly #options: ConsoleServerOptions;
  readonly #fastify: FastifyInstance;
  readonly #gate: Gate;
  #table = new ResourceTable([]);
  #pages: ReadonlyMap<string, PageFile> = new Map<string, PageFile>();
  #url: string | undefined;

  constructor(options: ConsoleServerOptions) {
    this.#options = options;
    this.#gate = new Gate(options.bus.clock);
    this.#fastify = this.#build();
  }

  /** Where it listens; undefined before. */
  get url(): string | undefined {
    return this.#url;
  }

  /** Who may do what from now on. */
  setAccess(access: Access): void {
    this.#gate.setAccess(access);
  }

  /** What there is from now on. */
  setResources(resources: readonly ApiResource[]): void {
    this.#table = new ResourceTable(resources);
  }

  /** The pages that `/` serves from now on. */
  setPages(pages: ReadonlyMap<string, PageFile>): void {
    this.#pages = pages;
  }

  /**
   * Listens; where `mayMove` is set and the port is taken, at the next free one.
   * @throws TandemError CONSOLE_ADDRESS_TAKEN or CONSOLE_ADDRESS_UNUSABLE
   */
  async listen(address: ListenAddress, mayMove: boolean): Promise<void> {
    const { host, port } = address;
    const last = mayMove ? port + PORTS_TRIED_MAX : port;
    for (let candidate = port; candidate <= last; candidate++) {
      const fault = await this.#tryToListen(host, candidate);
      if (fault === undefined) return;
      const isTaken = fault.code === 'EADDRINUSE';
      if (isTaken && candidate < last) continue;
      const code = isTaken ? 'CONSOLE_ADDRESS_TAKEN' : 'CONSOLE_ADDRESS_UNUSABLE';
      const details = { address: `${host}:${port}`, reason: fault.message };
      throw new TandemError(code, details, { cause: fault });
    }
  }

  /** Ends listeners of events, breaks connections off, and stops listening. */
  async close(): Promise<void> {
    this.#options.feed.close();
    await this.#fastify.close();
  }

  async #tryToListen(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
    try {
      await this.#fastify.listen({ host, port });
    } catch (fault) {
      if (fault instanceof Error) return fault;
      throw fault;
    }
    const bound = this.#fastify.server.address() as AddressInfo;
    this.#url = urlOf({ host, port: bound.port });
    this.#options.log.info('the console listens', { url: this.#url });
    return undefined;
  }

  #build(): FastifyInstance {
    const fastify = Fastify({
      logger: false,
      bodyLimit: BODY_BYTES_MAX,
      requestTimeout: REQUEST_TIMEOUT_MS,
      forceCloseConnections: true,
      exposeHeadRoutes: false,
    });
    acceptJson(fastify);
    fastify.addHook('onRequest', (request, reply, done) => {
      void reply.headers({ ...securityHeaders });
      const refusal = this.#gate.refuse(request, this.#roleNeeded(request));
      if (refusal === undefined) return done();
      const { retryAfterSeconds } = refusal;
      if (retryAfterSeconds !== undefined) void reply.header('retry-after', retryAfterSeconds);
      void send(reply, refusal);
    });
    fastify.addHook('onResponse', (request, reply, done) => {
      const found = this.#find(request);
      const isTakenOut =
        found !== undefined && 'resource' in found && found.resource.isAudited === true;
      const actor = this.#gate.actorOf(request);
      auditAnswer(this.#options.log, request, reply, actor, isTakenOut);
      done();
    });
    fastify.setNotFoundHandler((request, reply) => send(reply, notFound(request)));
    fastify.setErrorHandler((error, _, reply) => send(reply, this.#answerForError(error)));
    this.#addPages(fastify);
    return fastify;
  }

  #addPages(fastify: FastifyInstance): void {
    const { bus, registry, version } = this.#options;
    const { node } = bus;
    servePages(
      fastify,
      () => this.#pages,
      (address, reply) => void send(reply, notFound({ method: 'GET', url: address })),
    );
    fastify.get('/healthz', (_, reply) =>
      send(reply, { status: 200, body: { isAlive: true, node } }),
    );
    fastify.get('/readyz', async (_, reply) => send(reply, await readiness(bus)));
    fastify.get('/metrics', async (_, reply) => {
      const { contentType, text } = await renderMetrics(bus, registry);
      void reply.type(contentType).send(text);
    });
    fastify.get(`${API}/openapi.json`, (_, reply) =>
      send(reply, { status: 200, body: renderOpenApi(this.#table.resources, version) }),
    );
    fastify.get(`${API}/events`, (request, reply) => this.#joinEvents(request, reply));
    fastify.route({
      method: ['GET', 'POST', 'PUT', 'DELETE'],
      url: `${API}/*`,
      handler: async (request, reply) => {
        send(reply, await this.#answer(request));
        // Lines go on after this: without the reply, the answer would end here.
        return reply;
      },
    });
  }

  async #answer(request: FastifyRequest): Promise<ApiAnswer> {
    const found = this.#find(request);
    if (found === undefined) return notFound(request);
    if ('allow' in found) return wrongMethod(request, found.allow);
    const { resource, params } = found;
    const actor = this.#gate.actorOf(request);
    const { body } = request;
    return await resource.handle({ params, query: queryOf(request), body, actor });
  }

  #joinEvents(request: FastifyRequest, reply: FastifyReply): void {
    const { feed, bus, onListener } = this.#options;
    if (feed.isFull) {
      const hint = 'close another one first';
      void send(reply, apiError(503, 'EVENTS_FULL', 'too many listen to events already', { hint }));
      return;
    }
    reply.hijack();
    const type = 'text/event-stream; charset=utf-8';
    reply.raw.writeHead(200, { ...securityHeaders, 'content-type': type });
    const lastEventId = request.headers['last-event-id']?.toString().slice(0, EVENT_ID_LENGTH_MAX);
    const hello = { askedNode: bus.node, at: bus.clock.now() };
    feed.add(reply.raw, { lastEventId, hello });
    onListener();
  }

  #roleNeeded(request: FastifyRequest): ApiRole {
    const path = pathOf(request);
    if (isPageAddress(path) || path === '/healthz' || path === '/readyz') return 'public';
    const found = this.#find(request);
    return found !== undefined && 'resource' in found ? found.resource.role : 'read';
  }

  #find(request: FastifyRequest): ReturnType<ResourceTable['find']> {
    const path = pathOf(request);
    if (!path.startsWith(`${API}/`)) return undefined;
    return this.#table.find(request.method, path.slice(API.length));
  }

  #answerForError(error: unknown): ApiAnswer {
    const status = (error as { readonly statusCode?: unknown }).statusCode;
    if (error instanceof Error && typeof status === 'number' && status >= 400 && status < 500) {
      return apiError(status, 'REQUEST_INVALID', error.message);
    }
    const fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#options.log.error('a request to the API failed', { fault });
    return answerForThrow(error, this.#options.remedyOf);
  }
}

function send(reply: FastifyReply, answer: ApiAnswer): FastifyReply {
  const { status, body, contentType, lines, stream, headers } = answer;
  if (status === 401) void reply.header('www-authenticate', 'Bearer realm="tandem"');
  if (headers !== undefined) void reply.headers(headers);
  if (lines !== undefined) {
    void reply.code(status).type('application/x-ndjson');
    return reply.send(Readable.from(jsonLines(lines)));
  }
  if (stream !== undefined) {
    void reply.code(status).type(contentType ?? 'application/octet-stream');
    return reply.send(Readable.from(stream, { objectMode: false }));
  }
  const isText = contentType !== undefined && typeof body === 'string';
  const type = isText ? contentType : 'application/json; charset=utf-8';
  return reply
    .code(status)
    .type(type)
    .send(isText ? body : JSON.stringify(body));
}

async function* jsonLines(values: AsyncIterable<unknown>): AsyncGenerator<string, void> {
  for await (const value of values) yield `${JSON.stringify(value)}\n`;
}

function pathOf(request: Pick<FastifyRequest, 'url'>): string {
  return request.url.split('?', 1)[0]!;
}

/** Of a parameter that is given twice the last one counts. */
function queryOf(request: FastifyRequest): Record<string, string> {
  const query = request.query as Readonly<Record<string, string | string[]>>;
  return Object.fromEntries(
    Object.entries(query).map(([key, value]) => [
      key,
      Array.isArray(value) ? (value.at(-1) ?? '') : value,
    ]),
  );
}

function notFound(request: Pick<FastifyRequest, 'method' | 'url'>): ApiAnswer {
  const hint = `${API}/openapi.json lists what there is`;
  const message = `there is no ${request.method} ${pathOf(request)}`;
  return apiError(404, 'NOT_FOUND', message, { hint });
}

function wrongMethod(request: FastifyRequest, allow: readonly string[]): ApiAnswer {
  const hint = `possible: ${allow.join(', ')}`;
  return apiError(405, 'METHOD_WRONG', `${request.method} is not possible here`, { hint });
}
