import { TandemError } from '@tandem/engine';
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
    const headers = {
      ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const init = {
      method,
      headers,
      signal,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
    try {
      const response = await fetch(`${this.#base}/api/v1${path}`, init);
      const text = await response.text();
      return { status: response.status, text, body: readJson(text) };
    } catch (cause) {
      const reason = reasonOf(cause);
      throw new TandemError('NODE_API_UNREACHABLE', { api: this.#base, reason }, { cause });
    }
  }

  /** Asks, and takes a refusal for a fault. @throws CliFault with what the node said, or as `send` */
  async ask(method: string, path: string, body?: unknown): Promise<ApiReply> {
    const reply = await this.send(method, path, body);
    if (reply.status >= 400) throw faultOf(reply);
    return reply;
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
