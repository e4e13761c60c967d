import type { NameAddr } from '../wire/name-addr.ts';

/** From or To as name-addr with all its parameters but the tag. */
export function withoutTag(address: NameAddr): string {
  const { text, params } = address;
  if (!params.has('tag')) return text;
  let kept = text.slice(0, text.length - params.text.length).trimEnd();
  for (const [name, value] of params.entries()) {
    if (name !== 'tag') kept += value === undefined ? `;${name}` : `;${name}=${value}`;
  }
  return kept;
}
