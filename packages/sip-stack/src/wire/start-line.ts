import { isToken, parseDecimal } from './characters.ts';
import type { ParseFault } from './scan-head.ts';
import { parseUri, type Uri } from './uri.ts';

/** The first line of a message, told apart. */
export type StartLine =
  | {
      readonly kind: 'request';
      readonly method: string;
      /** Request-URI as it came. */
      readonly uri: string;
      readonly requestUri: Uri;
    }
  | { readonly kind: 'broken-request'; readonly method: string; readonly fault: ParseFault }
  | { readonly kind: 'response'; readonly status: number; readonly reason: string }
  | { readonly kind: 'broken-response' }
  | { readonly kind: 'not-sip' };

/**
 * Reads a request or status line (RFC 3261 §7.1, §7.2). A request line that names a method and
 * a SIP version but is broken between them is a request with a fault, so that it gets its 400.
 */
export function parseStartLine(line: string): StartLine {
  if (line.startsWith('SIP/2.0 ') || /^SIP\//i.test(line)) return statusLine(line);
  const methodEnd = line.indexOf(' ');
  const method = line.slice(0, methodEnd);
  if (methodEnd < 0 || !isToken(method)) return { kind: 'not-sip' };
  if (line.endsWith(' SIP/2.0')) {
    const uri = line.slice(methodEnd + 1, -8);
    const requestUri = parseUri(uri);
    if (requestUri !== undefined) return { kind: 'request', method, uri, requestUri };
  }
  return unusualRequest(line, method, methodEnd);
}

function statusLine(line: string): StartLine {
  const status = line.slice(8, 11);
  const code = parseDecimal(status, 699);
  // A missing space before an empty phrase is common and harmless.
  const isPhraseApart = line.length === 11 || line.charCodeAt(11) === 0x20;
  const isVersionKnown = line.startsWith('SIP/2.0 ') || /^SIP\/2\.0 /i.test(line);
  return isVersionKnown && isPhraseApart && status.length === 3 && code !== undefined && code >= 100
    ? { kind: 'response', status: code, reason: line.slice(12) }
    : { kind: 'broken-response' };
}

function unusualRequest(line: string, method: string, methodEnd: number): StartLine {
  if (!/ SIP\/[\d.]+ *$/i.test(line.slice(-32))) return { kind: 'not-sip' };
  const uriEnd = line.lastIndexOf(' ');
  const version = line.slice(uriEnd + 1);
  if (version === '') return { kind: 'broken-request', method, fault: brokenRequestLine };
  if (!/^SIP\/2\.0$/i.test(version)) {
    return { kind: 'broken-request', method, fault: unknownVersion };
  }
  const uri = uriEnd > methodEnd ? line.slice(methodEnd + 1, uriEnd) : '';
  const requestUri = parseUri(uri);
  return requestUri === undefined
    ? { kind: 'broken-request', method, fault: brokenUri }
    : { kind: 'request', method, uri, requestUri };
}

const brokenRequestLine: ParseFault = { status: 400, reason: 'Broken request line' };
const brokenUri: ParseFault = { status: 400, reason: 'Broken Request-URI' };
const unknownVersion: ParseFault = { status: 505, reason: 'Version Not Supported' };
