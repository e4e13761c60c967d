import type { Body } from '@tandem/messages';
import { describe, expect, it } from 'vitest';
import { fittedAnswer } from './fitted-answer.ts';
import { heldAnswer } from './held-description.ts';
import { readDescription } from './media-section.ts';

const body = (...lines: readonly string[]): Body => ({
  type: 'application/sdp',
  content: `${['v=0', ...lines].join('\r\n')}\r\n`,
});
const lines = ({ content }: Body) => content.trimEnd().split('\r\n').slice(1);

describe('two offers told to each other', () => {
  it('keep the streams of the one in its order, and refuse what the other lacks', () => {
    const offer = body('m=video 10 RTP/AVP 96', 'm=audio 20 RTP/AVP 8');
    const other = body('m=audio 30 RTP/AVP 0', 'a=x', 'm=application 40 TCP x');
    expect(lines(fittedAnswer(offer, other))).toEqual([
      'm=video 0 RTP/AVP 96',
      'm=audio 30 RTP/AVP 0',
      'a=x',
      'a=sendrecv',
    ]);
  });

  it.each([
    ['sendonly', 'sendrecv', 'recvonly'],
    ['recvonly', 'sendrecv', 'sendonly'],
    ['inactive', 'sendrecv', 'inactive'],
    ['sendrecv', 'sendonly', 'sendonly'],
    ['sendonly', 'sendonly', 'inactive'],
    ['sendrecv', 'sendrecv', 'sendrecv'],
  ])('%s meets %s: %s', (offered, own, expected) => {
    const offer = body('m=audio 20 RTP/AVP 8', `a=${offered}`);
    const other = body(`a=${own}`, 'm=audio 30 RTP/AVP 0');
    expect(lines(fittedAnswer(offer, other)).at(-1)).toBe(`a=${expected}`);
  });

  it('a refused stream stays refused, and streams of another kind do not match', () => {
    const offer = body('m=audio 0 RTP/AVP 8', 'm=audio 20 RTP/SAVP 8');
    const other = body('m=audio 30 RTP/AVP 0');
    expect(lines(fittedAnswer(offer, other))).toEqual([
      'm=audio 0 RTP/AVP 8',
      'm=audio 0 RTP/SAVP 8',
    ]);
  });

  it('what is no session description passes as it is', () => {
    const other: Body = { type: 'multipart/mixed', content: 'x' };
    expect(fittedAnswer(body('m=audio 1 RTP/AVP 0'), other)).toBe(other);
  });
});

describe('reading a description', () => {
  it.each(['', 'm=', 'm=audio', 'm=audio x RTP/AVP', '\r\n\r\n', 'm=audio 99999999999 a b\n\n'])(
    'never throws: %j',
    (content) => {
      expect(() => readDescription(content)).not.toThrow();
      expect(() => heldAnswer({ type: 'application/sdp', content }, 1)).not.toThrow();
    },
  );
});
