import type { ApiReply } from './route-test-command.ts';

/** Where a node listens unless told otherwise. */
const API_DEFAULT = 'http://127.0.0.1:8080';
/** A node answers within this, or is taken for hung, ms. */
const TIMEOUT_MS = 10_000;

/** Asks the node of `--api` with `--token`. Rejects when it cannot be reached. */
export async function askApi(
  path: string,
  args: Readonly<Record<string, unknown>>,
): Promise<ApiReply> {
  const text = (key: string): string | undefined => {
    const value = args[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const given = text('api') ?? API_DEFAULT;
  const root = (given.includes('://') ? given : `http://${given}`).replace(/\/+$/, '');
  const token = text('token');
  const response = await fetch(`${root}/api/v1${path}`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return { status: response.status, body: await response.json().catch(() => undefined) };
}
