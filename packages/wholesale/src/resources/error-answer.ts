import type { ApiAnswer } from '@tandem/messages';

/** An answer that refuses: `{error: {code, message, where?, hint?}}`. */
export function errorAnswer(
  status: number,
  code: string,
  message: string,
  notes: { readonly where?: string; readonly hint?: string } = {},
): ApiAnswer {
  return { status, body: { error: { code, message, ...notes } } };
}
