import type { NameAddr } from '../wire/name-addr.ts';

const TAG = ['tag'];

/** From or To as name-addr with all its parameters but the tag. */
export function withoutTag(address: NameAddr): string {
  const { text, params } = address;
  if (!params.has('tag')) return text;
  return text.slice(0, text.length - params.text.length).trimEnd() + params.textWithout(TAG);
}
