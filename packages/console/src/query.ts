import { guess } from '@tandem/engine';
import type { ApiAnswer } from '@tandem/messages';
import { apiError } from './api-error.ts';

/**
 * Refuses a query parameter that a resource does not know. A filter that is misspelt and ignored
 * would answer with everything, and somebody hangs all that up. Undefined: all are known.
 */
export function refuseUnknown(
  query: Readonly<Record<string, string>>,
  known: readonly string[],
): ApiAnswer | undefined {
  const unknown = Object.keys(query).find((key) => !known.includes(key));
  if (unknown === undefined) return undefined;
  const meant = guess(unknown, known);
  const hint =
    meant === undefined ? `known parameters: ${known.join(', ')}` : `did you mean "${meant}"?`;
  return apiError(400, 'QUERY_UNKNOWN', `unknown query parameter "${unknown}"`, {
    where: unknown,
    hint,
  });
}

/** Reads a whole number within bounds; undefined if the text is none. */
export function readCount(text: string, min: number, max: number): number | undefined {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return count >= min && count <= max ? count : undefined;
}
