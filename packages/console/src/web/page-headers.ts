/**
 * What the pages may do in a browser: run the node's own scripts and styles and talk to this node.
 * Nothing inline, nothing from elsewhere, no text that becomes markup (Trusted Types), no frame
 * around them. CSP Level 3.
 */
export const pageHeaders: Readonly<Record<string, string>> = Object.freeze({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
});

/** How long browsers keep a page: the entrance is asked for anew, files with a hash never change. */
export function cacheControlOf(address: string): string {
  return address === '/' ? 'no-cache' : 'public, max-age=31536000, immutable';
}
