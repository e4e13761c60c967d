import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMessage } from './parse-message.ts';
import { type FramedEvent, StreamFramer } from './stream-framer.ts';

function text(callId: string, body = '', name = 'Content-Length'): string {
  return (
    `OPTIONS sip:b@c SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=z9hG4bK${callId}\r\n` +
    `From: <sip:a@b>;tag=1\r\nTo: <sip:b@c>\r\nCall-ID: ${callId}\r\nCSeq: 1 OPTIONS\r\n` +
    `${name}: ${Buffer.byteLength(body, 'latin1')}\r\n\r\n${body}`
  );
}

function feed(framer: StreamFramer, chunks: readonly string[]): FramedEvent[] {
  return chunks.flatMap((chunk) => framer.push(Buffer.from(chunk, 'latin1')));
}

function summary(events: readonly FramedEvent[]): string[] {
  return events.map((event) => {
    if (event.kind !== 'message') return event.kind;
    const outcome = parseMessage(event.bytes);
    return outcome.kind === 'message' ? outcome.message.callId : outcome.kind;
  });
}

describe('a stream', () => {
  it('gives messages that come joined, with keep-alives between them', () => {
    const stream = `${text('1')}\r\n\r\n${text('2', 'body\r\n\r\nof two')}\r\n${text('3', '', 'l')}`;
    expect(summary(feed(new StreamFramer(), [stream]))).toEqual(['1', 'ping', '2', 'pong', '3']);
  });

  it('takes the answer to a ping of ours for that, and not for half a ping', () => {
    const framer = new StreamFramer();
    for (let round = 0; round < 3; round++) {
      framer.expectPong();
      expect(summary(feed(framer, ['\r\n']))).toEqual(['pong']);
    }
    framer.expectPong();
    expect(summary(feed(framer, ['\r\n\r\n', '\r\n']))).toEqual(['ping', 'pong']);
    expect(summary(feed(framer, ['\r\n', '\r\n']))).toEqual(['pong', 'ping']);
  });

  it('gives the same however it is cut', () => {
    const stream = `\r\n\r\n${text('1', 'x'.repeat(300))}${text('2')}\r\n\r\n${text('3', '\r\n\r\n')}`;
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 40 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const chunks = places.slice(1).map((end, index) => stream.slice(places[index], end));
        const framer = new StreamFramer();
        const seen = summary(feed(framer, chunks)).filter((kind) => kind !== 'pong');
        expect(seen).toEqual(['ping', '1', '2', 'ping', '3']);
        expect(framer.waitingBytes).toBe(0);
      }),
      { seed: 5626, numRuns: 500 },
    );
  });

  it('that comes byte by byte is read', () => {
    const framer = new StreamFramer();
    const stream = text('1', 'x'.repeat(20_000)) + text('2');
    const seen: string[] = [];
    for (const byte of stream) seen.push(...summary(framer.push(Buffer.from(byte, 'latin1'))));
    expect(seen).toEqual(['1', '2']);
  });

  it('does not change bytes it gave away', () => {
    const framer = new StreamFramer();
    const [first, second] = [text('1', 'one'), text('2', 'two')];
    const events = feed(framer, [first.slice(0, 50), first.slice(50) + second.slice(0, 80)]);
    const [event] = events;
    events.push(...feed(framer, [second.slice(80), text('3')]));
    expect(event?.kind === 'message' && event.bytes.toString('latin1')).toBe(first);
    expect(summary(events)).toEqual(['1', '2', '3']);
  });

  it.each([
    ['no Content-Length', text('1').replace(/Content-Length: 0\r\n/, ''), 400],
    ['two of them', text('1').replace('Content', 'l: 0\r\nContent'), 400],
    ['a negative one', text('1').replace('h: 0', 'h: -1'), 400],
    ['one that is no number', text('1').replace('h: 0', 'h: 1x'), 400],
    ['one that goes on in the next line', text('1').replace('h: 0', 'h: 1\r\n 2'), 400],
    ['a body above the cap', text('1').replace('h: 0', 'h: 40000'), 413],
    ['one beyond all numbers', text('1').replace('h: 0', `h: ${'9'.repeat(400)}`), 413],
    ['headers above the cap', `OPTIONS sip:b@c SIP/2.0\r\nX: ${'y'.repeat(40_000)}`, 513],
    ['garbage', '\x16\x03\x01\x02', 400],
    ['a stray line feed', `\n${text('1')}`, 400],
  ])('with %s breaks once and stays broken', (_, stream, status) => {
    const framer = new StreamFramer();
    const events = feed(framer, [stream, text('2')]);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ kind: 'broken', status });
    expect(framer.isBroken).toBe(true);
    expect(framer.waitingBytes).toBe(0);
  });

  it('hands over the head of what it breaks on, so that an answer can be made', () => {
    const [event] = feed(new StreamFramer(), [text('1').replace('h: 0', 'h: 40000')]);
    if (event?.kind !== 'broken' || event.head === undefined) throw new Error('not broken');
    expect(parseMessage(event.head)).toMatchObject({ kind: 'refused', partial: { callId: '1' } });
  });

  it('gives what came before it broke', () => {
    expect(summary(feed(new StreamFramer(), [`${text('1')}\x01`]))).toEqual(['1', 'broken']);
  });

  it('reads a folded Content-Length', () => {
    const stream = text('1', 'abc').replace('h: 3', 'h:\r\n 3');
    expect(summary(feed(new StreamFramer(), [stream, text('2')]))).toEqual(['1', '2']);
  });
});
