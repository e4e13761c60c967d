import { isToken, parseDecimal } from './characters.ts';
import type { ParseFault } from './scan-head.ts';
import { isUriText } from './uri-escape.ts';
import { parseUri } from './uri.ts';

/** The first line of a message, told apart. */
export type StartLine =
  | {
      readonly kind: 'request';
      readonly method: string;
      readonly uri: string;
      readonly fault: ParseFault | undefined;
    }
  | { readonly kind: 'response'; readonly status: number; readonly reason: string }
  | { readonly kind: 'broken-response' }
  | { readonly kind: 'not-sip' };

/**
 * Reads a request or status line (RFC 3261 §7.1, §7.2). A request line that names a method and
 * a SIP version but is broken between them is a request with a fault, so that it gets its 400.
 */
export function parseStartLine(line: string): StartLine {
  if (isSipVersion(line.slice(0, 7)) && line.charCodeAt(7) === 0x20) return statusLine(line);
  if (/^SIP\//i.test(line)) return { kind: 'broken-response' };
  const methodEnd = line.indexOf(' ');
  const method = line.slice(0, methodEnd);
  if (methodEnd < 0 || !isToken(method)) return { kind: 'not-sip' };
  const uriEnd = line.lastIndexOf(' ');
  const version = line.slice(uriEnd + 1);
  const uri = uriEnd > methodEnd ? line.slice(methodEnd + 1, uriEnd) : '';
  return version === 'SIP/2.0' && hasGoodUri(uri)
    ? { kind: 'request', method, uri, fault: undefined }
    : brokenRequest(line, method, uri, version);
}

function statusLine(line: string): StartLine {
  const status = line.slice(8, 11);
  const after = line.charCodeAt(11);
  const code = parseDecimal(status, 699);
  // A missing space before an empty phrase is common and harmless.
  if (
    status.length !== 3 ||
    code === undefined ||
    code < 100 ||
    (after !== 0x20 && line.length > 11)
  )
    return { kind: 'broken-response' };
  return { kind: 'response', status: code, reason: line.slice(12) };
}

function brokenRequest(line: string, method: string, uri: string, version: string): StartLine {
  if (!/ SIP\/[\d.]+ *$/i.test(line.slice(-32))) return { kind: 'not-sip' };
  const fault = (status: 400 | 505, reason: string): StartLine => ({
    kind: 'request',
    method,
    uri,
    fault: { status, reason },
  });
  if (isSipVersion(version)) {
    return hasGoodUri(uri)
      ? { kind: 'request', method, uri, fault: undefined }
      : fault(400, 'Broken Request-URI');
  }
  return version === '' ? fault(400, 'Broken request line') : fault(505, 'Version Not Supported');
}

function hasGoodUri(uri: string): boolean {
  return isUriText(uri) && parseUri(uri) !== undefined;
}

function isSipVersion(text: string): boolean {
  return text === 'SIP/2.0' || /^SIP\/2\.0$/i.test(text);
}
