import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { keep, keepBytes } from './keep.ts';
import { parseMessage } from './parse-message.ts';
import type { SipRequest } from './sip-request.ts';
import { reasonPhrase } from './reason-phrase.ts';
import { responseTo } from './response-draft.ts';
import { RequestDraft } from './request-draft.ts';
import { byteText, lineText, textToWire, wireToText } from './wire-text.ts';

function request(method: string, extra = ''): SipRequest {
  const outcome = parseMessage(
    Buffer.from(
      `${method} sip:b@c SIP/2.0\r\nv: SIP/2.0/UDP a;branch=z9hG4bK1, SIP/2.0/TCP x\r\n` +
        `Via: SIP/2.0/UDP y;received=1.2.3.4\r\nRecord-Route: <sip:p1;lr>, <sip:p2;lr>\r\n` +
        `From: "A" <sip:a@b>;tag=1\r\nTo: <sip:b@c>${extra}\r\nCall-ID: i\r\n` +
        `CSeq: 4711 ${method}\r\nTimestamp: 54\r\nRecord-Route: <sip:p3;lr>\r\n\r\n`,
    ),
  );
  if (outcome.kind !== 'message' || outcome.message.kind !== 'request') throw new Error('broken');
  return outcome.message;
}

describe('a response', () => {
  it('copies Vias, From, To, Call-ID, CSeq and Record-Route, and puts its tag on To', () => {
    expect(responseTo(request('INVITE'), 180, { toTag: 't9' }).encode().toString('latin1')).toBe(
      'SIP/2.0 180 Ringing\r\n' +
        'Via: SIP/2.0/UDP a;branch=z9hG4bK1, SIP/2.0/TCP x\r\nVia: SIP/2.0/UDP y;received=1.2.3.4\r\n' +
        'Record-Route: <sip:p1;lr>, <sip:p2;lr>\r\nRecord-Route: <sip:p3;lr>\r\n' +
        'From: "A" <sip:a@b>;tag=1\r\nTo: <sip:b@c>;tag=t9\r\nCall-ID: i\r\nCSeq: 4711 INVITE\r\n' +
        'Content-Length: 0\r\n\r\n',
    );
  });

  it('has no tag in a 100, and the Timestamp back', () => {
    const { headers } = responseTo(request('INVITE'), 100, { toTag: 't9' });
    expect(headers.get('To')).toBe('<sip:b@c>');
    expect(headers.get('Timestamp')).toBe('54');
    expect(headers.has('Record-Route')).toBe(false);
  });

  it('leaves a tag that is there, and Record-Route out where no dialog can come of it', () => {
    expect(responseTo(request('BYE', ';tag=old'), 200, { toTag: 't9' }).headers.get('To')).toBe(
      '<sip:b@c>;tag=old',
    );
    expect(responseTo(request('OPTIONS'), 200).headers.has('Record-Route')).toBe(false);
    expect(responseTo(request('INVITE'), 486).headers.has('Record-Route')).toBe(false);
  });

  it('answers a request that could only be read in part', () => {
    const outcome = parseMessage(
      Buffer.from(
        'INVITE sip:b@c SIP/7.0\r\nVia: SIP/2.0/UDP a;branch=1\r\nFrom: <sip:a@b>;tag=1\r\n' +
          'To: <sip:b@c>\r\nCall-ID: i\r\nCSeq: 1 INVITE\r\n\r\n',
      ),
    );
    if (outcome.kind !== 'refused') throw new Error('not refused');
    const { status, reason, partial } = outcome;
    const answer = parseMessage(responseTo(partial, status, { reason, toTag: 't' }).encode());
    expect(answer).toMatchObject({
      kind: 'message',
      message: { status: 505, reason: 'Version Not Supported', callId: 'i' },
    });
  });

  it('has a phrase for every status', () => {
    expect(reasonPhrase(487)).toBe('Request Terminated');
    expect(reasonPhrase(499)).toBe('Bad Request');
    expect(reasonPhrase(199)).toBe('Early Dialog Terminated');
    expect(reasonPhrase(777)).toBe('Unknown');
  });
});

describe('a draft', () => {
  it('puts lines where they are wanted', () => {
    const draft = new RequestDraft('BYE', 'sip:b');
    draft.headers
      .add('X', '1')
      .add('v', 'one')
      .add('x', '1800')
      .addFirst('Via', 'top')
      .add('X-Y', '2')
      .set('Session-Expires', '90')
      .add('X-Y', '3');
    expect(draft.headers.getAll('Via')).toEqual(['top', 'one']);
    expect(draft.headers.getAll('x')).toEqual(['90']);
    const copy = draft.clone();
    copy.headers.removeFirst('Via').remove('X-Y');
    expect(copy.headers.getAll('via')).toEqual(['one']);
    expect(copy.headers.has('X-Y')).toBe(false);
    expect(draft.headers.getAll('X-Y')).toEqual(['2', '3']);
  });

  it('takes its Content-Type away with its body', () => {
    const draft = new RequestDraft('INFO', 'sip:b').setBody('text/plain', 'x');
    expect(draft.headers.get('Content-Type')).toBe('text/plain');
    expect(draft.setBody('text/plain', '').headers.has('Content-Type')).toBe(false);
  });
});

describe('text on the wire', () => {
  it('stays as it is within latin1 and becomes UTF-8 beyond', () => {
    expect(lineText('Zo\xeb')).toBe('Zo\xeb');
    expect(byteText('☎')).toBe('\xe2\x98\x8e');
    expect(lineText('a\u010d\u010ab')).toBe('a\xc4\x8d\xc4\x8ab');
    expect(lineText('a\r\n\0b')).toBe('a b');
  });

  it('is UTF-8 where people typed it', () => {
    for (const text of ['plain', 'Zoë', '☎ 日本']) expect(wireToText(textToWire(text))).toBe(text);
    expect(wireToText('Zo\xeb')).toBe('Zoë');
  });
});

describe('what is kept', () => {
  it('is the same text, whatever it holds', () => {
    for (const text of ['', 'abc', 'Zo\xeb\0', '☎ 日本']) expect(keep(text)).toBe(text);
    expect(keepBytes(Buffer.from('abc')).toString()).toBe('abc');
    expect(keepBytes(Buffer.from('abc')).buffer.byteLength).toBe(3);
  });

  it('does not hold the datagram it came from', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const kept: string[] = [];
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 5_000; index++) {
      const datagram = Buffer.alloc(4_000, 65 + (index % 26)).toString('latin1');
      kept.push(keep(datagram.slice(100, 140)));
    }
    collect();
    const bytesEach = (process.memoryUsage().heapUsed - before) / kept.length;
    expect(kept).toHaveLength(5_000);
    // As slices they would hold 4,000 bytes each.
    expect(bytesEach).toBeLessThan(400);
  });
});
