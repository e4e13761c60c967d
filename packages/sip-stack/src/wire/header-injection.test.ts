import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMessage } from './parse-message.ts';
import type { SipMessage } from './parse-outcome.ts';
import { formatNameAddr } from './name-addr.ts';
import { RequestDraft } from './request-draft.ts';
import { ResponseDraft } from './response-draft.ts';
import { formatReason } from './reason.ts';

// Pieces that attacks are made of, among any text at all: also characters beyond latin1 whose
// low byte is a line end, as U+010D and U+010A.
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\r\n', '\n', '\r', '\0', '\u010d\u010a', '\u0a0d', '\r\n\r\n', '"', '\\'),
      fc.constantFrom('X-Callto: x', 'Via: SIP/2.0/UDP evil', ' SIP/2.0', ';tag=', '<', '>'),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(''));

const settings = { seed: 4475, numRuns: 2_000 };

function lineCount(wire: Buffer): number {
  const head = wire.toString('latin1').split('\r\n\r\n', 1)[0] ?? '';
  return head.split(/[\r\n]+/).length;
}

function message(wire: Buffer): SipMessage {
  const outcome = parseMessage(wire);
  if (outcome.kind !== 'message') throw new Error(JSON.stringify(outcome));
  return outcome.message;
}

function draft(): RequestDraft {
  const request = new RequestDraft('INVITE', 'sip:bob@example.com');
  request.headers
    .add('Via', 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1')
    .add('From', '<sip:a@b>;tag=1')
    .add('To', '<sip:b@c>')
    .add('Call-ID', 'c1')
    .add('CSeq', '1 INVITE');
  return request;
}

describe('whatever a value holds', () => {
  it('no header line can come of it', () => {
    fc.assert(
      fc.property(hostile, hostile, (one, two) => {
        const request = draft();
        request.headers.add('X-One', one).addFirst('X-Two', two).set('X-One', one);
        request.body = two;
        const wire = request.encode();
        expect(lineCount(wire)).toBe(9);
        const read = message(wire);
        expect(read.headers.size).toBe(8);
        expect(read.has('X-Callto')).toBe(false);
        expect(read.getAll('Via')).toHaveLength(1);
      }),
      settings,
    );
  });

  it('as a request URI it makes no other request line', () => {
    fc.assert(
      fc.property(hostile, (uri) => {
        const request = draft();
        request.uri = `sip:${uri}`;
        const wire = request.encode();
        expect(lineCount(wire)).toBe(7);
        const [line = ''] = wire.toString('latin1').split('\r\n', 1);
        expect(line.split(' ')).toHaveLength(3);
        expect(line.endsWith(' SIP/2.0')).toBe(true);
      }),
      settings,
    );
  });

  it('as a reason phrase it makes no header', () => {
    fc.assert(
      fc.property(hostile, (reason) => {
        expect(lineCount(new ResponseDraft(486, reason).encode())).toBe(2);
      }),
      settings,
    );
  });

  it('as a header name it is left out unless it is a token', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const request = draft();
        request.headers.add(name, 'x').addFirst(name, 'x').set(name, 'x');
        const wire = request.encode();
        if (!/^[\w.!%*+`'~-]+$/.test(name)) expect(lineCount(wire)).toBe(7);
      }),
      settings,
    );
  });

  it('as a display name or a reason text it stays one value', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const request = draft();
        request.headers.set('From', `${formatNameAddr(text, 'sip:a@b')};tag=1`);
        request.headers.add('Reason', formatReason({ protocol: 'SIP', cause: 480, text }));
        const read = message(request.encode());
        expect(read.from.uriText).toBe('sip:a@b');
        expect(read.fromTag).toBe('1');
        expect(read.list('Reason')).toHaveLength(1);
      }),
      settings,
    );
  });

  it('a method that is no token is a bug and throws', () => {
    expect(() => new RequestDraft('INVITE sip:x SIP/2.0\r\nVia:', 'sip:b')).toThrow(TypeError);
  });

  it('Content-Length is always that of the body', () => {
    const request = draft();
    request.headers.add('Content-Length', '5').add('l', '7');
    request.setBody('text/plain', 'größer als ☎');
    const wire = request.encode();
    const read = message(wire);
    expect(read.getAll('Content-Length')).toEqual([
      String(Buffer.byteLength('größer als ☎', 'utf8')),
    ]);
    expect(Buffer.from(read.body, 'latin1').toString('utf8')).toBe('größer als ☎');
  });
});
