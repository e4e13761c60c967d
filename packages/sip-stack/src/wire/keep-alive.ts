import type { KeepAliveForm } from './parse-outcome.ts';

/**
 * Whether a datagram or frame is no message but a sign of life: empty, only line ends (RFC 5626
 * §3.5.1), only NUL bytes, or a STUN request (RFC 5626 §3.5.2; it is told by its magic cookie).
 */
export function keepAliveForm(bytes: Uint8Array): KeepAliveForm | undefined {
  const first = bytes[0];
  if (first === undefined) return 'empty';
  if (first === 0x0d || first === 0x0a) {
    return holdsOnly(bytes, 0x0d, 0x0a) ? 'crlf' : undefined;
  }
  // No SIP message begins with a byte below 4, so this costs the common case one comparison.
  if (first > 3) return undefined;
  if (bytes.length >= 20 && hasMagicCookie(bytes)) return 'stun';
  return holdsOnly(bytes, 0, 0) ? 'nul' : undefined;
}

function hasMagicCookie(bytes: Uint8Array): boolean {
  return bytes[4] === 0x21 && bytes[5] === 0x12 && bytes[6] === 0xa4 && bytes[7] === 0x42;
}

function holdsOnly(bytes: Uint8Array, one: number, other: number): boolean {
  for (const byte of bytes) if (byte !== one && byte !== other) return false;
  return true;
}
