import { isToken } from '../wire/characters.ts';
import { headerName } from '../wire/header-names.ts';
import { byteText, lineText } from '../wire/wire-text.ts';
import type { HeaderLine, SipBody } from './message-parts.ts';

/**
 * Header lines as they go on the wire. Values cannot make a second line; names that are no token,
 * and Content-Length, which is written with the body, are left out.
 */
export function headerBlock(lines: readonly HeaderLine[] | undefined): string {
  let block = '';
  if (lines === undefined) return block;
  for (const [name, value] of lines) {
    const both = headerName(name);
    if (both.key === 'content-length' || (!both.isKnown && !isToken(name))) continue;
    block += `${both.name}: ${lineText(value)}\r\n`;
  }
  return block;
}

/** Content-Type, Content-Length, the empty line and the body. */
export function bodyBlock(body: SipBody | undefined): string {
  if (body === undefined || body.content === '') return 'Content-Length: 0\r\n\r\n';
  const content = byteText(body.content);
  return `Content-Type: ${lineText(body.type)}\r\nContent-Length: ${content.length}\r\n\r\n${content}`;
}
