import type { Body } from '@tandem/messages';

const DIGITS_MAX = 64;
const DURATION_DEFAULT_MS = 160;

/**
 * The digits in the body of an INFO: `application/dtmf-relay` (Signal=5) or `application/dtmf`
 * (the digits alone); undefined for any other body.
 */
export function readDtmf(body: Body | undefined): string | undefined {
  const type = body?.type.split(';', 1)[0]?.trim().toLowerCase();
  if (body === undefined || body.content.length > 4 * DIGITS_MAX) return undefined;
  if (type === 'application/dtmf-relay') return digits(/^\s*Signal\s*=\s*(\S+)/im, body.content);
  if (type === 'application/dtmf') return digits(/^\s*(?:Signal\s*=\s*)?(\S+)\s*$/im, body.content);
  return undefined;
}

/** Digits as the body of an INFO, for a leg that gets them without one. */
export function dtmfBody(text: string): Body {
  return {
    type: 'application/dtmf-relay',
    content: `Signal=${text}\r\nDuration=${DURATION_DEFAULT_MS}\r\n`,
  };
}

function digits(pattern: RegExp, content: string): string | undefined {
  const text = pattern.exec(content)?.[1]?.toUpperCase();
  return text !== undefined && /^[0-9A-D*#!]{1,64}$/.test(text) ? text : undefined;
}
