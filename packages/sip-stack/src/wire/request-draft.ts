import { isToken } from './characters.ts';
import { HeaderDraft } from './header-draft.ts';
import { encodeMessage } from './encode-message.ts';
import { isUriText } from './uri-escape.ts';
import { byteText } from './wire-text.ts';

/** A request that is being built. Content-Length is written by {@link RequestDraft.encode}. */
export class RequestDraft {
  readonly headers: HeaderDraft;
  /** Request-URI. Whatever cannot stand in one is escaped when written. */
  uri: string;
  /** Bytes as latin1 characters; text beyond latin1 is written as UTF-8. */
  body: string;

  /** `method` is a token from the code, never from outside: anything else is a bug and throws. */
  constructor(
    readonly method: string,
    uri: string,
    headers: HeaderDraft = new HeaderDraft(),
    body = '',
  ) {
    if (!isToken(method)) throw new TypeError('The method of a request is no token.');
    this.uri = uri;
    this.headers = headers;
    this.body = body;
  }

  /** Sets body and Content-Type together; an empty body takes the type away. */
  setBody(contentType: string, body: string): this {
    this.body = byteText(body);
    if (body === '') this.headers.remove('Content-Type');
    else this.headers.set('Content-Type', contentType);
    return this;
  }

  /** The same request, to be changed apart from this one. */
  clone(): RequestDraft {
    return new RequestDraft(this.method, this.uri, this.headers.clone(), this.body);
  }

  /** The bytes of the whole message. */
  encode(): Buffer {
    return encodeMessage(`${this.method} ${uriText(this.uri)} SIP/2.0`, this.headers, this.body);
  }
}

// A URI with a blank would make another request line.
function uriText(uri: string): string {
  const text = byteText(uri);
  if (isUriText(text)) return text;
  return text.replaceAll(
    // oxlint-disable-next-line no-control-regex
    /[\0-\x20"<>\x7f]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
