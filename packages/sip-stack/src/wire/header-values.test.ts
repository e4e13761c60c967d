import { describe, expect, it } from 'vitest';
import { splitCommaList } from './comma-list.ts';
import { contactExpiresSeconds, contactPreference, parseContacts } from './contacts.ts';
import { isAccepted, parseContentType } from './content-type.ts';
import { parseCSeq, parseRAck } from './cseq.ts';
import { parseDeltaSeconds, parseRetryAfter, parseSessionExpires } from './delta-seconds.ts';
import { headerKey, isStructuralHeader } from './header-names.ts';
import { parsePrivacy } from './identity.ts';
import { formatNameAddr, parseNameAddr } from './name-addr.ts';
import { parseParams } from './params.ts';
import { formatReason, parseReasons, q850Cause } from './reason.ts';
import { parseReplaces, parseTokenParams } from './token-params.ts';
import { firstVia, parseVia, stampSource } from './via.ts';
import { formatWarning, parseWarnings } from './warning.ts';

describe('a comma list', () => {
  it.each([
    ['a, b ,c', ['a', 'b', 'c']],
    ['"a, b" <sip:x@y>, <sip:c,d@e>;p="1,2", f', ['"a, b" <sip:x@y>', '<sip:c,d@e>;p="1,2"', 'f']],
    [String.raw`"a\", b" <sip:x>, c`, [String.raw`"a\", b" <sip:x>`, 'c']],
    ['a,,b,', ['a', '', 'b', '']],
    ['"open, b, c', ['"open, b, c']],
    ['', ['']],
  ])('%j', (value, elements) => {
    expect(splitCommaList(value)).toEqual(elements);
  });
});

describe('a Via', () => {
  it.each([
    ['SIP/2.0/UDP 192.0.2.1', '192.0.2.1', undefined],
    ['SIP / 2.0 / TCP   h.example : 5070 ; branch=z9hG4bK1', 'h.example', 5070],
    ['sip/2.0/tls [2001:DB8::9:1];branch=z9hG4bK1', '[2001:db8::9:1]', undefined],
    ['SIP/2.0/UDP [2001:db8::9:1]:6050;received=[2001:db8::9:255]', '[2001:db8::9:1]', 6050],
    ['SIP/2.0/UDP [2001:db8::9:1]:6050;received=2001:db8::9:255', '[2001:db8::9:1]', 6050],
    ['SIP/2.0/UNKNOWN t1.example.org;branch=z9hG4bK1;x', 't1.example.org', undefined],
  ])('%s', (text, host, port) => {
    expect(parseVia(text)).toMatchObject({ host, port });
  });

  it.each([
    '',
    'SIP/2.0/UDP',
    'SIP/2.0/UDP ',
    'SIP/2.0 UDP h',
    'SIP/3.0/UDP h',
    'SIP/2.0/UDP h:0',
    'SIP/2.0/UDP h h2',
    'SIP/2.0/UDP h;;x',
    'SIP/2.0/UDP h;branch=z,',
    'SIP/2.0/UDP 2001:db8::9:1',
    'HTTP/1.1/UDP h',
  ])('is not what %j is', (text) => {
    expect(parseVia(text)).toBeUndefined();
  });

  it.each([
    ['SIP/2.0/UDP 192.0.2.1;branch=b', 'SIP/2.0/UDP 192.0.2.1;branch=b'],
    [
      'SIP/2.0/UDP 192.0.2.1;rport;branch=b',
      'SIP/2.0/UDP 192.0.2.1;branch=b;rport=9;received=192.0.2.1',
    ],
    ['SIP/2.0/UDP host;branch=b', 'SIP/2.0/UDP host;branch=b;received=192.0.2.1'],
    [
      'SIP/2.0/UDP h ;received=6.6.6.6;rport=1;branch=b, SIP/2.0/UDP x;received=1.1.1.1',
      'SIP/2.0/UDP h;branch=b;rport=9;received=192.0.2.1, SIP/2.0/UDP x;received=1.1.1.1',
    ],
  ])('%s is stamped', (value, stamped) => {
    const via = parseVia(firstVia(value));
    if (via === undefined) throw new Error('broken');
    expect(stampSource(value, via, '192.0.2.1', 9).replace(', ', ',')).toBe(
      stamped.replace(', ', ','),
    );
  });

  it('is stamped with an IPv6 source only where that differs', () => {
    const value = 'SIP/2.0/UDP [2001:DB8::1];branch=b';
    const via = parseVia(value);
    if (via === undefined) throw new Error('broken');
    expect(stampSource(value, via, '2001:db8::1', 9)).toBe(value);
  });
});

describe('parameters without those of some names', () => {
  it.each([
    [';a=1;Tag="x;y";b;tag=2', ';a=1;b'],
    [';tag=1', ''],
    [' ; TAG = 1 ;a', ';a'],
    [';tags=1;a', ';tags=1;a'],
    ['', ''],
  ])('%j', (text, rest) => {
    expect(parseParams(text, 0)?.textWithout(['tag'])).toBe(rest);
  });
});

describe('a name-addr', () => {
  it.each([
    ['<sip:a@b>', '', 'sip:a@b'],
    ['sip:a@b;tag=1', '', 'sip:a@b'],
    ['Bob Smith <sip:a@b>;tag=1', 'Bob Smith', 'sip:a@b'],
    [String.raw`"B \"ob\" \\ S"<sip:a@b;x=y>;tag=1`, String.raw`B "ob" \ S`, 'sip:a@b;x=y'],
    ['"" <sip:a@b>', '', 'sip:a@b'],
    ['"<sip:x@y>;tag=9" <sip:a@b>', '<sip:x@y>;tag=9', 'sip:a@b'],
  ])('%s', (text, displayName, uriText) => {
    expect(parseNameAddr(text)).toMatchObject({ displayName, uriText });
  });

  it('tells its tag, and none where it is empty', () => {
    expect(parseNameAddr('<sip:a@b> ; TAG = x ')?.tag).toBe('x');
    expect(parseNameAddr('<sip:a@b;tag=x>')?.tag).toBeUndefined();
    expect(parseNameAddr('<sip:a@b>;tag=')?.tag).toBeUndefined();
  });

  it.each([
    '',
    '<>',
    '<sip:a@b',
    'sip:a@b?x=y',
    'a, b <sip:a@b>',
    '"x',
    '"x" sip:a@b',
    '<sip:a@b>x',
  ])('is not what %j is', (text) => {
    expect(parseNameAddr(text)).toBeUndefined();
  });

  it('is written so that it reads the same', () => {
    for (const name of ['', 'Bob', String.raw`B "\ ob`, 'Zoë; tag=1, <x>']) {
      expect(parseNameAddr(formatNameAddr(name, 'sip:a@b'))).toMatchObject({
        displayName: name,
        uriText: 'sip:a@b',
      });
    }
  });
});

describe('contacts', () => {
  it('are read from all lines, with q and expires', () => {
    const contacts = parseContacts([
      '<sip:a@b>;q=0.7;expires=60, sip:c@d',
      '<sip:e@f>;q=2;expires=x',
    ]);
    if (contacts === undefined || contacts === '*') throw new Error('broken');
    expect(contacts.map(contactPreference)).toEqual([700, 1000, 1000]);
    expect(contacts.map(contactExpiresSeconds)).toEqual([60, undefined, undefined]);
  });

  it('cut a time that is too long', () => {
    const contacts = parseContacts(['<sip:a@b>;expires=1000000000000000000000']);
    if (contacts === undefined || contacts === '*') throw new Error('broken');
    expect(contacts.map(contactExpiresSeconds)).toEqual([2 ** 32 - 1]);
  });
});

describe('small headers', () => {
  it('CSeq and RAck', () => {
    expect(parseCSeq('0009\t INVITE')).toEqual({ number: 9, method: 'INVITE' });
    expect(parseCSeq('-1 INVITE')).toBeUndefined();
    expect(parseRAck('776656 1 INVITE')).toEqual({
      rseq: 776_656,
      cseq: { number: 1, method: 'INVITE' },
    });
    for (const text of ['1 INVITE', '1 2', '1 2 INVITE x', '4294967296 1 INVITE', '']) {
      expect(parseRAck(text)).toBeUndefined();
    }
  });

  it('Reason, with several causes and nonsense between them', () => {
    const reasons = parseReasons([
      'sip ;cause=200 ;text="Call completed elsewhere", q.850;cause=16',
      ';;;',
      'X;cause=abc',
    ]);
    expect(reasons).toEqual([
      { protocol: 'SIP', cause: 200, text: 'Call completed elsewhere' },
      { protocol: 'Q.850', cause: 16, text: undefined },
      { protocol: 'X', cause: undefined, text: undefined },
    ]);
    expect(q850Cause(reasons)).toBe(16);
    expect(q850Cause(parseReasons(['Q.850;cause=999']))).toBeUndefined();
    expect(formatReason({ protocol: 'Q.850', cause: 17, text: 'say "busy"' })).toBe(
      String.raw`Q.850;cause=17;text="say \"busy\""`,
    );
  });

  it('Warning', () => {
    const value = formatWarning({ code: 399, agent: 'node1', text: 'a, "b"' });
    expect(
      parseWarnings([`${value}, 301 h:5060 "x"`, '99 h "x"', 'nonsense', '399 h "open']),
    ).toEqual([
      { code: 399, agent: 'node1', text: 'a, "b"' },
      { code: 301, agent: 'h:5060', text: 'x' },
    ]);
  });

  it('times in seconds', () => {
    expect(parseDeltaSeconds('3600')).toBe(3600);
    expect(parseDeltaSeconds('90;x=y')).toBe(90);
    expect(parseDeltaSeconds('99999999999999999')).toBe(2 ** 32 - 1);
    for (const text of ['', '-1', '1.5', '1h', 'x'])
      expect(parseDeltaSeconds(text)).toBeUndefined();
    expect(parseRetryAfter('5 (maintenance);duration=3600')).toBe(5);
    expect(parseSessionExpires('1800;refresher=UAS')).toEqual({ seconds: 1800, refresher: 'uas' });
    expect(parseSessionExpires('1800')).toEqual({ seconds: 1800, refresher: undefined });
    expect(parseSessionExpires('1800;refresher=me')?.refresher).toBeUndefined();
    expect(parseSessionExpires('x')).toBeUndefined();
  });

  it('Replaces', () => {
    expect(parseReplaces('98asjd8@h;to-tag=1;from-tag=2;early-only')).toEqual({
      callId: '98asjd8@h',
      toTag: '1',
      fromTag: '2',
      isEarlyOnly: true,
    });
    for (const text of ['a', 'a;to-tag=1', 'a;to-tag=1;from-tag=', ';to-tag=1;from-tag=2']) {
      expect(parseReplaces(text)).toBeUndefined();
    }
  });

  it('Event and Privacy', () => {
    expect(parseTokenParams('Refer;id=93809824')?.params.get('id')).toBe('93809824');
    expect(parseTokenParams('a b')).toBeUndefined();
    expect([...parsePrivacy(['ID; critical', 'header'])]).toEqual(['id', 'critical', 'header']);
  });

  it('Content-Type and Accept', () => {
    const type = parseContentType('Multipart / Mixed ;boundary="a;b"');
    expect(type?.mediaType).toBe('multipart/mixed');
    expect(type?.params.get('boundary')).toBe('a;b');
    expect(parseContentType('nonsense')).toBeUndefined();
    expect(isAccepted(undefined, 'application/sdp')).toBe(true);
    expect(isAccepted(undefined, 'text/plain')).toBe(false);
    expect(isAccepted([], 'application/sdp')).toBe(false);
    expect(isAccepted(['text/*', 'application/SDP;q=0.5'], 'application/sdp')).toBe(true);
    expect(isAccepted(['text/*;q=0'], 'text/plain')).toBe(false);
    expect(isAccepted(['*/*'], 'text/plain')).toBe(true);
  });

  it('names: one key for all spellings, and the machinery known as such', () => {
    for (const name of ['Via', 'v', 'VIA', 'vIa']) expect(headerKey(name)).toBe('via');
    expect(headerKey('X-Foo')).toBe('x-foo');
    expect(headerKey('__proto__')).toBe('__proto__');
    expect(isStructuralHeader('I')).toBe(true);
    expect(isStructuralHeader('X-Foo')).toBe(false);
  });
});
