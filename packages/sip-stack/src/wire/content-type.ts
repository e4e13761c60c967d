import { type Params, parseParams } from './params.ts';

/** A media type with its parameters: Content-Type, or one entry of Accept. */
export interface ContentType {
  /** `type/subtype` in lower case, `*` possible in Accept. */
  readonly mediaType: string;
  readonly params: Params;
}

/** Reads a Content-Type (RFC 3261 §20.15) or an entry of Accept; undefined where it is broken. */
export function parseContentType(text: string): ContentType | undefined {
  const semicolon = text.indexOf(';');
  const end = semicolon < 0 ? text.length : semicolon;
  const match = /^[ \t]*([\w.!%*+`'~-]+)[ \t]*\/[ \t]*([\w.!%*+`'~-]+)[ \t]*$/.exec(
    text.slice(0, end),
  );
  const params = parseParams(text, end);
  if (match?.[1] === undefined || match[2] === undefined || params === undefined) return undefined;
  return { mediaType: `${match[1]}/${match[2]}`.toLowerCase(), params };
}

/**
 * Whether a list of Accept entries takes a media type (RFC 3261 §20.1). No Accept header at all
 * means `application/sdp`; an empty one means none.
 */
export function isAccepted(accept: readonly string[] | undefined, mediaType: string): boolean {
  const wanted = mediaType.toLowerCase();
  if (accept === undefined) return wanted === 'application/sdp';
  const [type = ''] = wanted.split('/', 1);
  return accept.some((entry) => {
    const offered = parseContentType(entry);
    if (offered === undefined || offered.params.get('q') === '0') return false;
    return (
      offered.mediaType === wanted ||
      offered.mediaType === '*/*' ||
      offered.mediaType === `${type}/*`
    );
  });
}
