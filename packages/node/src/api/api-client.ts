import { systemClock, TandemError } from '@tandem/engine';
import type { NodeStream } from '@tandem/ledger';
import { CliFault } from '../cli/cli-fault.ts';
import { FAILED, WRONG_USE } from '../cli/exit-codes.ts';
import { printable } from '../cli/printable.ts';

/** A node answers within this, or is taken for hung. */
const TIMEOUT_MS = 60_000;
/** Questions over years of calls may take so long, ms. */
const PATIENT_MS = 3_600_000;

/** An answer of a node: its body as text, for `--json`, and read. */
export interface ApiReply {
  readonly status: number;
  readonly text: string;
  readonly body: unknown;
}

/** Speaks to a node over its HTTP API. */
export class ApiClient {
  readonly #base: string;
  readonly #token: string | undefined;

  constructor(base: string, token: string | undefined) {
    this.#base = base.replace(/\/+$/, '');
    this.#token = token;
  }

  /** Asks, and takes any status for an answer. @throws TandemError NODE_API_UNREACHABLE */
  async send(
    method: string,
    path: string,
    body?: unknown,
    withinMs = TIMEOUT_MS,
  ): Promise<ApiReply> {
    return await this.#reaching(async () => {
      const response = await this.#fetch(method, path, AbortSignal.timeout(withinMs), body);
      const text = await response.text();
      return { status: response.status, text, body: readJson(text) };
    });
  }

  /** Asks, and takes a refusal for a fault. @throws CliFault with what the node said, or as `send` */
  async ask(
    method: string,
    path: string,
    body?: unknown,
    withinMs = TIMEOUT_MS,
  ): Promise<ApiReply> {
    const reply = await this.send(method, path, body, withinMs);
    if (reply.status >= 400) throw faultOf(reply);
    return reply;
  }

  /** Asks what takes a node long. @throws as `ask` */
  async askPatiently(method: string, path: string, body?: unknown): Promise<ApiReply> {
    return await this.ask(method, path, body, PATIENT_MS);
  }

  /**
   * Reads an answer piece by piece, at the reader's pace. A node that breaks off in the middle, or
   * sends nothing for a minute once it has begun, ends it with NODE_API_UNREACHABLE. @throws as `ask`
   */
  async read(path: string): Promise<NodeStream> {
    const abort = new AbortController();
    const asked = this.#fetch('GET', path, abort.signal);
    const response = await this.#within(abort, asked, PATIENT_MS);
    if (response.status >= 400) {
      const text = await this.#within(abort, response.text());
      throw faultOf({ status: response.status, text, body: readJson(text) });
    }
    return { headers: new Map(response.headers), chunks: this.#chunksOf(response, abort) };
  }

  /**
   * Asks for an answer that comes line by line, each a JSON text. Gives the last line as the body;
   * what did not come as lines, such as a refusal, as it is. A node that says nothing for a minute,
   * or ends in the middle, is a fault. @throws TandemError NODE_API_UNREACHABLE
   */
  async sendForLines(
    method: string,
    path: string,
    body: unknown,
    onLine: (line: unknown) => void,
  ): Promise<ApiReply> {
    const silence = new AbortController();
    const startSilence = () => systemClock.startTimer(TIMEOUT_MS, () => silence.abort());
    let stopSilence = startSilence();
    try {
      const response = await this.#fetch(method, path, silence.signal, body);
      const { status } = response;
      if (!isLines(response)) {
        const text = await response.text();
        return { status, text, body: readJson(text) };
      }
      let last = '';
      for await (const line of linesOf(response)) {
        stopSilence();
        stopSilence = startSilence();
        last = line;
        onLine(readJson(line));
      }
      return { status, text: last, body: readJson(last) };
    } catch (cause) {
      throw this.#unreachable(cause);
    } finally {
      stopSilence();
    }
  }

  async *#chunksOf(response: Response, abort: AbortController): AsyncGenerator<Uint8Array> {
    const reader = response.body?.getReader();
    if (reader === undefined) return;
    try {
      for (;;) {
        const next = await this.#within(abort, reader.read());
        if (next.done) return;
        yield next.value;
      }
    } finally {
      abort.abort();
    }
  }

  async #within<T>(abort: AbortController, work: Promise<T>, withinMs = TIMEOUT_MS): Promise<T> {
    const stopTimer = systemClock.startTimer(withinMs, () => abort.abort());
    try {
      return await this.#reaching(async () => await work);
    } finally {
      stopTimer();
    }
  }

  async #fetch(
    method: string,
    path: string,
    signal: AbortSignal,
    body?: unknown,
  ): Promise<Response> {
    const headers = {
      ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const sent = body === undefined ? undefined : { body: JSON.stringify(body) };
    return await fetch(`${this.#base}/api/v1${path}`, { method, headers, signal, ...sent });
  }

  async #reaching<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw this.#unreachable(cause);
    }
  }

  #unreachable(cause: unknown): TandemError {
    const details = { api: this.#base, reason: reasonOf(cause) };
    return new TandemError('NODE_API_UNREACHABLE', details, { cause });
  }
}

/** What a refusal says to a person. A wrong question is wrong use, all else has failed. */
export function faultOf({ status, body, text }: ApiReply): CliFault {
  const { error } = (body ?? {}) as { readonly error?: Readonly<Record<string, unknown>> };
  const code = status === 400 || status === 422 ? WRONG_USE : FAILED;
  if (typeof error?.['message'] !== 'string') {
    return new CliFault(
      `the node answered ${status}: ${printable(text.slice(0, 200))}`,
      code,
      undefined,
      text,
    );
  }
  const { message, where, hint } = error;
  const place = typeof where === 'string' ? `${where}: ` : '';
  const shown = `${place}${message}`.split('\n').map(printable).join('\n');
  return new CliFault(shown, code, typeof hint === 'string' ? printable(hint) : undefined, text);
}

function isLines(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('application/x-ndjson') === true;
}

async function* linesOf(response: Response): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body ?? []) {
    const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(fault: unknown): string {
  const inner = fault instanceof Error && fault.cause instanceof Error ? fault.cause : fault;
  const { code, message } = inner as { readonly code?: string; readonly message?: string };
  return code ?? message ?? String(fault);
}
