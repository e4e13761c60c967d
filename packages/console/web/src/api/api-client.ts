import { ApiProblem, problemOf, problemOfThrow } from './api-problem.ts';

/** A node that is hung keeps its sockets open: no answer within this time counts as none, ms. */
const ANSWER_TIMEOUT_MS = 10_000;

/** What a client is made of. */
export interface ApiClientOptions {
  /** Empty: an open console on loopback. */
  readonly token: string;
  /** Hears that the token does not count, or no more. */
  readonly onUnauthorized: () => void;
}

/** Speaks to the node that served the pages. Every failure is an ApiProblem. */
export class ApiClient {
  readonly #options: ApiClientOptions;

  constructor(options: ApiClientOptions) {
    this.#options = options;
  }

  /** Asks for a resource below /api/v1. */
  async get(resource: string): Promise<unknown> {
    return await this.#ask('GET', resource);
  }

  /** Changes something. */
  async send(
    method: 'POST' | 'PUT' | 'DELETE',
    resource: string,
    body?: unknown,
  ): Promise<unknown> {
    return await this.#ask(method, resource, body);
  }

  /** Opens the stream of events behind the one of that id, if any; ends with the signal. */
  async openEvents(signal: AbortSignal, lastId: string): Promise<ReadableStream<Uint8Array>> {
    const headers = {
      ...this.#headers(),
      ...(lastId === '' ? undefined : { 'last-event-id': lastId }),
    };
    const response = await fetch('/api/v1/events', { headers, signal }).catch((thrown: unknown) =>
      Promise.reject(problemOfThrow(thrown)),
    );
    if (!response.ok || response.body === null) throw await this.#refusalOf(response);
    return response.body;
  }

  /**
   * Fetches a file; `onBytes` hears how much has come. It is kept as a blob, which browsers put on
   * the disk when it is large. Ends with the signal.
   */
  async download(
    resource: string,
    signal: AbortSignal,
    onBytes: (bytes: number) => void,
  ): Promise<Blob> {
    try {
      const response = await fetch(`/api/v1${resource}`, { headers: this.#headers(), signal });
      if (!response.ok || response.body === null) throw await this.#refusalOf(response);
      let bytes = 0;
      const counted = response.body.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform(chunk, controller) {
            bytes += chunk.length;
            onBytes(bytes);
            controller.enqueue(chunk);
          },
        }),
      );
      return await new Response(counted).blob();
    } catch (thrown) {
      throw problemOfThrow(thrown);
    }
  }

  async #ask(method: string, resource: string, body?: unknown): Promise<unknown> {
    try {
      const response = await fetch(`/api/v1${resource}`, {
        method,
        headers: this.#headers(body !== undefined),
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
        ...(body === undefined ? undefined : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw await this.#refusalOf(response);
      return await response.json();
    } catch (thrown) {
      throw problemOfThrow(thrown);
    }
  }

  async #refusalOf(response: Response): Promise<ApiProblem> {
    const body: unknown = await response.json().catch(() => undefined);
    const problem = problemOf(response.status, body);
    if (problem.isUnauthorized) this.#options.onUnauthorized();
    return problem;
  }

  #headers(hasBody = false): Record<string, string> {
    const { token } = this.#options;
    return {
      ...(token === '' ? undefined : { authorization: `Bearer ${token}` }),
      ...(hasBody ? { 'content-type': 'application/json' } : undefined),
    };
  }
}
