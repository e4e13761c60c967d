import { describe, expect, it } from 'vitest';
import { defaultParseLimits } from './parse-limits.ts';
import { parseMessage } from './parse-message.ts';
import type { ParseOutcome } from './parse-outcome.ts';
import type { SipRequest } from './sip-request.ts';

const HEAD = [
  'Via: SIP/2.0/UDP 192.0.2.1:5062;rport;branch=z9hG4bKa1',
  'Max-Forwards: 70',
  'From: "Alice" <sip:alice@example.com>;tag=f1',
  'To: <sip:bob@example.com>',
  'Call-ID: c1@192.0.2.1',
  'CSeq: 7 INVITE',
];

function bytes(lines: readonly string[], body = ''): Buffer {
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1');
}

function invite(extra: readonly string[] = [], body = ''): Buffer {
  return bytes(['INVITE sip:bob@example.com SIP/2.0', ...HEAD, ...extra], body);
}

function without(name: string): string[] {
  return ['INVITE sip:bob@example.com SIP/2.0', ...HEAD.filter((line) => !line.startsWith(name))];
}

function accepted(outcome: ParseOutcome): SipRequest {
  if (outcome.kind !== 'message' || outcome.message.kind !== 'request') {
    throw new Error(`not a request: ${JSON.stringify(outcome)}`);
  }
  return outcome.message;
}

describe('an accepted request', () => {
  it('gives its parts', () => {
    const request = accepted(parseMessage(invite(['Content-Length: 4'], 'v=0\n')));
    expect(request.method).toBe('INVITE');
    expect(request.uri).toBe('sip:bob@example.com');
    expect(request.via.sentBy).toBe('192.0.2.1:5062');
    expect(request.via.branch).toBe('z9hG4bKa1');
    expect(request.via.rport).toBe('');
    expect(request.from.displayName).toBe('Alice');
    expect(request.fromTag).toBe('f1');
    expect(request.toTag).toBeUndefined();
    expect(request.callId).toBe('c1@192.0.2.1');
    expect(request.cseq).toEqual({ number: 7, method: 'INVITE' });
    expect(request.body).toBe('v=0\n');
  });

  it('may use every compact name, in either case', () => {
    const request = accepted(
      parseMessage(
        bytes([
          'INVITE sip:bob@example.com SIP/2.0',
          'v: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa1',
          'F: <sip:alice@example.com>;tag=f1',
          't: <sip:bob@example.com>',
          'I: c1',
          'CSeq: 7 INVITE',
          'm: <sip:alice@192.0.2.1>',
          'x: 1800;refresher=uac',
          'r: <sip:carol@example.com>',
          'b: <sip:dave@example.com>',
          'o: refer',
          'k: timer',
          'u: presence',
          's: hello',
          'e: gzip',
          'c: application/sdp',
          'l: 0',
        ]),
      ),
    );
    expect(request.get('Session-Expires')).toBe('1800;refresher=uac');
    expect(request.get('Refer-To')).toBe('<sip:carol@example.com>');
    expect(request.get('referred-by')).toBe('<sip:dave@example.com>');
    expect(request.get('EVENT')).toBe('refer');
    expect(request.list('Supported')).toEqual(['timer']);
    expect(request.get('Allow-Events')).toBe('presence');
    expect(request.get('Subject')).toBe('hello');
    expect(request.get('x')).toBe(request.get('Session-Expires'));
  });

  it('may hold headers named like parts of an object', () => {
    const request = accepted(
      parseMessage(invite(['__proto__: a', 'constructor: b', 'toString: c', 'X-Y;z: d'.slice(4)])),
    );
    expect(request.get('__proto__')).toBe('a');
    expect(request.get('constructor')).toBe('b');
    expect(request.get('hasOwnProperty')).toBeUndefined();
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  it('keeps repeated headers in order, and joined ones as they came', () => {
    const request = accepted(
      parseMessage(
        invite(['Route: <sip:a;lr>, <sip:b;lr>', 'X-One: 1', 'route: <sip:c;lr>', 'X-One: 2']),
      ),
    );
    expect(request.getAll('Route')).toEqual(['<sip:a;lr>, <sip:b;lr>', '<sip:c;lr>']);
    expect(request.list('Route')).toEqual(['<sip:a;lr>', '<sip:b;lr>', '<sip:c;lr>']);
    expect(request.getAll('x-one')).toEqual(['1', '2']);
  });

  it('takes bytes of the body as they are, and throws away what follows it', () => {
    const body = Buffer.from(Array.from({ length: 256 }, (_, code) => code)).toString('latin1');
    const request = accepted(parseMessage(invite(['Content-Length: 256'], `${body}rest`)));
    expect(request.body).toBe(body);
  });

  it('without Content-Length has all that is left for its body', () => {
    expect(accepted(parseMessage(invite([], 'all of it'))).body).toBe('all of it');
  });

  it('may be preceded by empty lines', () => {
    expect(parseMessage(Buffer.concat([Buffer.from('\r\n\r\n'), invite()])).kind).toBe('message');
  });

  it('may be folded anywhere, with tabs too', () => {
    const request = accepted(
      parseMessage(invite(['Subject: one', '\ttwo', '   three', 'X: ', ' y'])),
    );
    expect(request.get('Subject')).toBe('one two three');
    expect(request.get('X')).toBe('y');
  });

  it('may go to a tel URI', () => {
    const lines = ['INVITE tel:+1-201-555-0123;phone-context=x SIP/2.0', ...HEAD];
    const { requestUri } = accepted(parseMessage(bytes(lines)));
    expect(requestUri?.kind === 'tel' && requestUri.digits).toBe('+12015550123');
  });

  it('knows all of a Contact: *', () => {
    expect(accepted(parseMessage(invite(['Contact: *']))).contacts).toBe('*');
    expect(accepted(parseMessage(invite(['Contact: *', 'Contact: <sip:a@b>']))).contacts).toBe(
      undefined,
    );
    expect(accepted(parseMessage(invite(['Contact: *, <sip:a@b>']))).contacts).toBe(undefined);
  });

  it('is stamped with the source of its packet', () => {
    const request = accepted(parseMessage(invite()));
    request.stampSource('198.51.100.7', 40_001);
    expect(request.via.received).toBe('198.51.100.7');
    expect(request.via.rport).toBe('40001');
    expect(request.get('Via')).toBe(
      'SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bKa1;rport=40001;received=198.51.100.7',
    );
  });
});

describe('a refused request', () => {
  it.each(['From', 'To', 'Call-ID', 'CSeq', 'Via'])(
    'without %s is dropped: no answer can be made',
    (name) => {
      expect(parseMessage(bytes(without(name)))).toMatchObject({
        kind: 'dropped',
        reason: 'unanswerable-request',
      });
    },
  );

  it.each([
    ['From: <sip:eve@example.com>;tag=x', 'Repeated From header'],
    ['t: <sip:eve@example.com>', 'Repeated To header'],
    ['CALL-ID: other', 'Repeated Call-ID header'],
    ['CSeq: 8 INVITE', 'Repeated CSeq header'],
    ['Max-Forwards: 1', 'Repeated Max-Forwards header'],
  ])('with a second %s gets 400', (line, reason) => {
    expect(parseMessage(invite([line]))).toMatchObject({ kind: 'refused', status: 400, reason });
  });

  it.each([
    ['Content-Length: 5', 'abc', 'Body shorter than Content-Length'],
    ['Content-Length: -1', '', 'Broken Content-Length header'],
    ['Content-Length: 0x10', '', 'Broken Content-Length header'],
    ['Content-Length:', '', 'Broken Content-Length header'],
    ['Content-Length: 99999999999999999999', '', 'Body shorter than Content-Length'],
    ['No colon here', '', 'Broken header line'],
    [': no name', '', 'Broken header line'],
    ['Sp ace: x', '', 'Broken header line'],
    ['X: a\rVia: b', '', 'Bare CR in a header'],
    ['X: a\nX-Callto: sip:evil@example.com', '', 'Line does not end in CRLF'],
  ])('with %j gets 400', (line, body, reason) => {
    expect(parseMessage(invite([line], body))).toMatchObject({
      kind: 'refused',
      status: 400,
      reason,
    });
  });

  it.each([
    ['CSeq: 2147483648 INVITE', 'Broken CSeq header'],
    ['CSeq: 1', 'Broken CSeq header'],
    ['CSeq: x INVITE', 'Broken CSeq header'],
    ['CSeq: 1 invite', 'CSeq method does not match'],
    ['CSeq: 1 BYE', 'CSeq method does not match'],
  ])('with %s gets 400', (line, reason) => {
    const lines = [...without('CSeq'), line];
    expect(parseMessage(bytes(lines))).toMatchObject({ kind: 'refused', status: 400, reason });
  });

  it('with the highest number a CSeq may have is accepted, one more is not', () => {
    const lines = [...without('CSeq'), 'CSeq: 2147483647 INVITE'];
    expect(parseMessage(bytes(lines)).kind).toBe('message');
  });

  it.each([
    'To: "Bob <sip:bob@example.com>',
    'To: <sip:bob@example.com',
    'To: Bob, Jr <sip:bob@example.com>',
    'To: < sip:bob@example.com >',
    'To: <sip:bob@example.com>;;tag=1',
    'To: <sip:bob@example.com>;tag="x',
    'To: bob',
    'To:',
  ])('with %s is not accepted', (line) => {
    expect(parseMessage(bytes([...without('To'), line])).kind).not.toBe('message');
  });

  it.each([
    ['INVITE sip:bob@example.com SIP/3.0', 505],
    ['INVITE sip:bob@example.com SIP/2.00', 505],
    ['INVITE  sip:bob@example.com SIP/2.0', 400],
    ['INVITE <sip:bob@example.com> SIP/2.0', 400],
    ['INVITE sip:bob @example.com SIP/2.0', 400],
    ['INVITE sip:bob@example.com SIP/2.0 ', 400],
    ['INVITE sip:bob@a@b SIP/2.0', 400],
    ['INVITE sip:2001:db8::10 SIP/2.0', 400],
    ['INVITE sip:bob@example.com:99999 SIP/2.0', 400],
    ['INVITE bob SIP/2.0', 400],
  ])('%j gets %i', (line, status) => {
    expect(parseMessage(bytes([line, ...HEAD]))).toMatchObject({ kind: 'refused', status });
  });

  it('takes a lower-case version, for it minds no case', () => {
    expect(parseMessage(bytes(['INVITE sip:b@c sip/2.0', ...HEAD])).kind).toBe('message');
  });

  it('without an empty line after its headers gets 400', () => {
    const cut = Buffer.from(`INVITE sip:b@c SIP/2.0\r\n${HEAD.join('\r\n')}\r\n`, 'latin1');
    expect(parseMessage(cut)).toMatchObject({ kind: 'refused', status: 400 });
  });

  it('never echoes input in its reason', () => {
    const outcome = parseMessage(invite(['CSeq: <script> INVITE']));
    expect(outcome.kind === 'refused' && outcome.reason).toBe('Repeated CSeq header');
  });

  it('is dropped when it is an ACK: an ACK is never answered', () => {
    const lines = ['ACK sip:b@c SIP/9.0', ...HEAD.map((line) => line.replace('7 INVITE', '7 ACK'))];
    expect(parseMessage(bytes(lines))).toMatchObject({ kind: 'dropped', reason: 'malformed-ack' });
  });
});

describe('what is no SIP', () => {
  it.each([
    'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
    'hello',
    'INVITE\r\n\r\n',
    '\x16\x03\x01',
    'a b c\r\n\r\n',
  ])('is dropped: %j', (text) => {
    expect(parseMessage(Buffer.from(text, 'latin1'))).toMatchObject({
      kind: 'dropped',
      reason: 'not-sip',
    });
  });

  it.each([
    ['', 'empty'],
    ['\r\n', 'crlf'],
    ['\r\n\r\n', 'crlf'],
    ['\n', 'crlf'],
    ['\0', 'nul'],
    ['\0\0\0\0', 'nul'],
  ])('%j is a keep-alive and never malformed', (text, form) => {
    expect(parseMessage(Buffer.from(text, 'latin1'))).toEqual({ kind: 'keepAlive', form });
  });

  it('knows a STUN binding request by its cookie', () => {
    const stun = Buffer.alloc(20);
    stun.writeUInt32BE(0x00010000, 0);
    stun.writeUInt32BE(0x2112a442, 4);
    expect(parseMessage(stun)).toEqual({ kind: 'keepAlive', form: 'stun' });
  });

  it.each([
    'SIP/2.0 4294967301 x',
    'SIP/2.0 99 x',
    'SIP/2.0 700 x',
    'SIP/2.0 2x0 y',
    'SIP/2.0',
    'SIP/3.0 200 OK',
  ])('a response that begins %j is dropped', (line) => {
    expect(parseMessage(bytes([line, ...HEAD]))).toMatchObject({
      kind: 'dropped',
      reason: 'malformed-response',
    });
  });

  it.each(['SIP/2.0 200 OK', 'SIP/2.0 200 ', 'SIP/2.0 200', 'sip/2.0 699 so what'])(
    'a response that begins %j is read',
    (line) => {
      expect(parseMessage(bytes([line, ...HEAD])).kind).toBe('message');
    },
  );
});

describe('caps', () => {
  it('refuse a message above 65,535 bytes with 513', () => {
    expect(parseMessage(invite([], 'x'.repeat(65_536)))).toMatchObject({
      kind: 'refused',
      status: 513,
    });
  });

  it('refuse a body above its cap with 413', () => {
    expect(parseMessage(invite([], 'x'.repeat(32_769)))).toMatchObject({
      kind: 'refused',
      status: 413,
    });
    expect(parseMessage(invite([], 'x'.repeat(32_768))).kind).toBe('message');
  });

  it('refuse more than 256 header lines with 513', () => {
    const lines = (count: number) => Array.from({ length: count }, (_, index) => `X-${index}: y`);
    expect(parseMessage(invite(lines(250))).kind).toBe('message');
    expect(parseMessage(invite(lines(251)))).toMatchObject({ kind: 'refused', status: 513 });
  });

  it('refuse 52 kB of headers with 513, however they are cut, and read no more than the cap', () => {
    const small = Array.from({ length: 6_400 }, () => 'X: 12345');
    const long = Array.from({ length: 13 }, () => `X: ${'y'.repeat(4_000)}`);
    const folded = ['X: a', ...Array.from({ length: 26_000 }, () => ' ')];
    for (const lines of [small, long, folded]) {
      expect(parseMessage(invite(lines))).toMatchObject({ kind: 'refused', status: 513 });
    }
  });

  it('refuse a header line above 4,096 bytes with 513 and a request line with 414', () => {
    expect(parseMessage(invite([`X: ${'y'.repeat(4_093)}`])).kind).toBe('message');
    expect(parseMessage(invite([`X: ${'y'.repeat(4_100)}`]))).toMatchObject({ status: 513 });
    const lines = [`INVITE sip:${'b'.repeat(5_000)}@c SIP/2.0`, ...HEAD];
    expect(parseMessage(bytes(lines))).toMatchObject({ kind: 'refused', status: 414 });
  });

  it('refuse more than 70 Via entries, joined or not', () => {
    const via = 'SIP/2.0/UDP a.example;branch=z9hG4bK1';
    const joined = Array.from({ length: 70 }, () => via).join(', ');
    expect(parseMessage(invite([`Via: ${joined}`]))).toMatchObject({
      kind: 'refused',
      status: 513,
    });
    const lines = Array.from({ length: 70 }, () => `v: ${via}`);
    expect(parseMessage(invite(lines))).toMatchObject({ kind: 'refused', status: 513 });
    expect(parseMessage(invite(lines.slice(1))).kind).toBe('message');
  });

  it('can be set by the listener', () => {
    const limits = { ...defaultParseLimits, bodyBytesMax: 3 };
    expect(parseMessage(invite([], 'four'), limits)).toMatchObject({ status: 413 });
  });
});
