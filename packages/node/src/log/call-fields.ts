import type { LogFields, Message } from '@tandem/engine';

/** The call that a message is about: every line of the log about it bears its id. */
export function callFields({ params }: Message): LogFields {
  const { billid: call } = params as { readonly billid?: unknown };
  return typeof call === 'string' && call !== '' ? { call } : {};
}
