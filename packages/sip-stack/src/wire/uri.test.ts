import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSipUri, type SipUri } from './sip-uri.ts';
import { areUrisEqual } from './uri-equality.ts';
import { escapeUriUser, unescapeUri } from './uri-escape.ts';
import { parseUri } from './uri.ts';

function sip(text: string): SipUri {
  const uri = parseUri(text);
  if (uri?.kind !== 'sip') throw new Error(`no SIP URI: ${text}`);
  return uri;
}

describe('a SIP URI', () => {
  it('keeps number portability in its user byte for byte', () => {
    const text = 'sip:+12015550123;npdi;rn=+12025550000@gw.example.com:5070;user=phone';
    const uri = sip(text);
    expect(uri.user).toBe('+12015550123;npdi;rn=+12025550000');
    expect(uri.params.get('user')).toBe('phone');
    expect(uri.params.has('rn')).toBe(false);
    expect(uri.hostPort).toBe('gw.example.com:5070');
    expect(String(uri)).toBe(text);
  });

  it('is never re-escaped on its way through', () => {
    for (const text of ['sip:sips%3Auser%40x@example.com', 'sip:a%2fB%00;x=%7e@h;p=%41?S=%20']) {
      expect(String(sip(text))).toBe(text);
    }
    expect(sip('sip:sips%3Auser%40x@example.com').decodedUser).toBe('sips:user@x');
    expect(sip('sip:%zz@h').decodedUser).toBeUndefined();
  });

  it.each([
    ['sip:[2001:db8::10]', '[2001:db8::10]', undefined],
    ['sip:[2001:db8::10:5070]', '[2001:db8::10:5070]', undefined],
    ['sip:[2001:DB8::10]:5070;lr', '[2001:db8::10]', 5070],
    ['sips:u:p@[::ffff:192.0.2.10]:19823', '[::ffff:192.0.2.10]', 19_823],
  ])('reads %s (RFC 5118)', (text, host, port) => {
    expect(sip(text)).toMatchObject({ host, port });
  });

  it.each([
    'sip:',
    'sip:@host',
    'sip::pw@host',
    'sip:u@',
    'sip:u@host:',
    'sip:u@host:0',
    'sip:u@host:65536',
    'sip:u@host:5060x',
    'sip:u@ho st',
    'sip:u@a@b',
    'sip:2001:db8::10',
    'sip:[2001:db8::10',
    'sip:[2001:db8::zz]',
    'sip:[fe80::1%eth0]',
    'sip:u@host;;x',
    'sip:u@host;=x',
    'sip:u@h"ost',
    'sip:<u@host>',
    'sip:u@host\r\n',
    ':u@host',
    'u@host',
    '1x:y',
    'tel:',
    'tel:+',
    'tel:hello',
    'tel:+1 2',
    'http:',
  ])('is not what %j is', (text) => {
    expect(parseUri(text)).toBeUndefined();
  });

  it('is written with brackets around IPv6', () => {
    expect(formatSipUri({ user: 'bob', host: '::1', port: 5060, params: ';lr' })).toBe(
      'sip:bob@[::1]:5060;lr',
    );
    expect(formatSipUri({ scheme: 'sips', host: 'example.com' })).toBe('sips:example.com');
  });

  it('escapes a user so that it comes back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (user) => {
        const escaped = escapeUriUser(user);
        const uri = parseUri(`sip:x${escaped}@h`);
        expect(uri?.kind).toBe('sip');
        const bytes = Buffer.from(unescapeUri(escaped) ?? '', 'latin1');
        expect([bytes.toString('utf8'), bytes.toString('latin1')]).toContain(user);
      }),
      { seed: 1, numRuns: 1_000 },
    );
  });
});

describe('a tel URI', () => {
  it('keeps its form and tells its digits', () => {
    const uri = parseUri('tel:+1-(201)-555.0123;isub=12;ext=7');
    if (uri?.kind !== 'tel') throw new Error('no tel URI');
    expect(uri.digits).toBe('+12015550123');
    expect(uri.params.get('isub')).toBe('12');
    expect(String(uri)).toBe('tel:+1-(201)-555.0123;isub=12;ext=7');
  });
});

describe('a URI of another scheme', () => {
  it('is kept as text', () => {
    expect(parseUri('isbn:2983792873')).toMatchObject({ kind: 'other', scheme: 'isbn' });
    expect(parseUri('soap.beep://192.0.2.103:3002')).toMatchObject({ scheme: 'soap.beep' });
  });
});

describe('equality (RFC 3261 §19.1.4)', () => {
  it.each([
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtLanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;security=on'],
    [
      'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
      'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    ],
    [
      'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
      'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
    ],
    ['tel:+1-201-555-0123', 'tel:+1(201)5550123'],
    ['sip:bob@[2001:db8::1]', 'sip:bob@[2001:DB8:0:0::0:1]'],
  ])('%s is %s', (a, b) => {
    const [one, two] = [parseUri(a), parseUri(b)];
    if (one === undefined || two === undefined) throw new Error('broken');
    expect(areUrisEqual(one, two)).toBe(true);
    expect(areUrisEqual(two, one)).toBe(true);
  });

  it.each([
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'],
    ['sip:a@h', 'sips:a@h'],
    ['sip:a@h', 'sip:h'],
    ['sip:a:p@h', 'sip:a@h'],
    ['sip:a%3Bb@h', 'sip:a;b@h'],
    ['sip:%00@h', 'sip:%00%00@h'],
    ['tel:+1201', 'tel:1201'],
    ['tel:1201;phone-context=a', 'tel:1201'],
    ['tel:1201', 'sip:1201@h'],
  ])('%s is not %s', (a, b) => {
    const [one, two] = [parseUri(a), parseUri(b)];
    if (one === undefined || two === undefined) throw new Error('broken');
    expect(areUrisEqual(one, two)).toBe(false);
    expect(areUrisEqual(two, one)).toBe(false);
  });
});
