import { systemClock, TandemError } from '@tandem/engine';
import { CliFault } from '../cli/cli-fault.ts';
import { FAILED, WRONG_USE } from '../cli/exit-codes.ts';
import { printable } from '../cli/printable.ts';

/** A node answers within this, or is taken for hung. */
const TIMEOUT_MS = 60_000;

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
  async send(method: string, path: string, body?: unknown): Promise<ApiReply> {
    try {
      const response = await this.#fetch(method, path, body, AbortSignal.timeout(TIMEOUT_MS));
      const text = await response.text();
      return { status: response.status, text, body: readJson(text) };
    } catch (cause) {
      throw this.#unreachable(cause);
    }
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
      const response = await this.#fetch(method, path, body, silence.signal);
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

  /** Asks, and takes a refusal for a fault. @throws CliFault with what the node said, or as `send` */
  async ask(method: string, path: string, body?: unknown): Promise<ApiReply> {
    const reply = await this.send(method, path, body);
    if (reply.status >= 400) throw faultOf(reply);
    return reply;
  }

  async #fetch(
    method: string,
    path: string,
    body: unknown,
    signal: AbortSignal,
  ): Promise<Response> {
    const headers = {
      ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const sent = body !== undefined && { body: JSON.stringify(body) };
    return await fetch(`${this.#base}/api/v1${path}`, { method, headers, signal, ...sent });
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
