import { expect, it } from 'vitest';
import { defaultParseLimits } from '../wire/parse-limits.ts';
import { parseMessage } from '../wire/parse-message.ts';
import { contactTarget } from './target-refresh.ts';

it.each([
  ['<sip:bob@192.0.2.4>', 'sip:bob@192.0.2.4'],
  ['"B" <SIPS:bob@192.0.2.4>;q=1', 'SIPS:bob@192.0.2.4'],
  ['<tel:+15551234>', undefined],
  ['<mailto:bob@example.com>', undefined],
  ['*', undefined],
])('a Contact of %s leads to %s', (contact, target) => {
  const lines = [
    'SIP/2.0 200 OK',
    'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1',
    'From: <sip:a@example.com>;tag=1',
    'To: <sip:b@example.com>;tag=2',
    'Call-ID: c',
    'CSeq: 1 INVITE',
    `Contact: ${contact}`,
  ];
  const outcome = parseMessage(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), defaultParseLimits);
  if (outcome.kind !== 'message') throw new Error(outcome.kind);
  expect(contactTarget(outcome.message)).toBe(target);
});
