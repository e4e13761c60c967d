import type { HeaderDraft } from './header-draft.ts';
import { byteText } from './wire-text.ts';

/** Start line, headers, Content-Length and body as one buffer: one join, one latin1 write. */
export function encodeMessage(startLine: string, headers: HeaderDraft, body: string): Buffer {
  const bytes = byteText(body);
  return Buffer.from(
    `${startLine}\r\n${headers.toWire()}Content-Length: ${bytes.length}\r\n\r\n${bytes}`,
    'latin1',
  );
}
