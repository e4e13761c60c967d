import { isFault } from '@tandem/engine';
import type { ApiAnswer } from '@tandem/messages';

/** What is said of an error beside its code and message. */
export interface ErrorNotes {
  /** Where it stands: a parameter, a path inside a document. */
  readonly where?: string | undefined;
  /** What to do. */
  readonly hint?: string | undefined;
}

/** An answer that refuses: `{error: {code, message, where?, hint?}}`. */
export function apiError(
  status: number,
  code: string,
  message: string,
  { where, hint }: ErrorNotes = {},
): ApiAnswer {
  return { status, body: { error: { code, message, where, hint } } };
}

/** Faults of the world that pass by themselves: the same question may succeed later. */
const PASSING = /^(?:STORE_(?:UNREACHABLE|REFUSED|BUSY|CONNECTION_LOST)|MESH_)/;

/**
 * What a resource's throw becomes: a fault says its code and what to do; anything else is a bug,
 * and tells strangers nothing.
 */
export function answerForThrow(
  thrown: unknown,
  remedyOf: (code: string) => string | undefined,
): ApiAnswer {
  if (!isFault(thrown)) {
    const hint = 'the log of the node has the whole story';
    return apiError(500, 'INTERNAL', 'something failed inside the node', { hint });
  }
  const { code, message } = thrown;
  const status = code === 'MESH_NODE_LATE' ? 504 : PASSING.test(code) ? 503 : 500;
  return apiError(status, code, message, { hint: remedyOf(code) });
}
