import { parseContentType } from './content-type.ts';

const PARTS_MAX = 16;

/** One part of a multipart body (RFC 5621). */
export interface BodyPart {
  /** Header lines of the part, raw. */
  readonly head: string;
  /** Bytes as latin1 characters. */
  readonly body: string;
}

/**
 * The session description in a body: all of it, or the first such part of a multipart body;
 * undefined where there is none. The body itself is never changed.
 */
export function findSdp(contentType: string | undefined, body: string): string | undefined {
  if (contentType === undefined || body === '') return undefined;
  const type = parseContentType(contentType);
  if (type?.mediaType === 'application/sdp') return body;
  if (type === undefined || !type.mediaType.startsWith('multipart/')) return undefined;
  const boundary = type.params.get('boundary');
  if (boundary === undefined || boundary === '') return undefined;
  const part = splitMultipart(body, boundary).find(({ head }) =>
    /^(?:content-type|c)[ \t]*:[ \t]*application\/sdp[ \t]*(?:;|\r?$)/im.test(head),
  );
  return part?.body;
}

/** The parts of a multipart body in order, at most 16; none where the boundary does not occur. */
export function splitMultipart(body: string, boundary: string): BodyPart[] {
  const parts: BodyPart[] = [];
  const delimiter = `\r\n--${boundary}`;
  const text = `\r\n${body}`;
  let start = text.indexOf(delimiter);
  while (start >= 0 && parts.length < PARTS_MAX) {
    const after = start + delimiter.length;
    if (text.startsWith('--', after)) break;
    const next = text.indexOf(delimiter, after);
    if (next < 0) break;
    const lineEnd = text.indexOf('\r\n', after);
    const headEnd = text.indexOf('\r\n\r\n', lineEnd);
    if (headEnd >= 0 && headEnd < next) {
      parts.push({
        head: text.slice(Math.min(lineEnd + 2, headEnd), headEnd),
        body: text.slice(headEnd + 4, next),
      });
    }
    start = next;
  }
  return parts;
}
