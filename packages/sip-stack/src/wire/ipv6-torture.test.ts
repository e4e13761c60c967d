import { isIPv6, SocketAddress } from 'node:net';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { literalTarget } from '../resolve/literal-target.ts';
import { canonicalAddress } from './canonical-address.ts';
import { parseContacts } from './contacts.ts';
import { parseMessage } from './parse-message.ts';
import { parseRoutes } from './route-set.ts';
import { readSdpOrigin } from './sdp.ts';
import { stampSource } from './via.ts';

interface Parts {
  readonly uri?: string;
  readonly via?: string;
  readonly contact?: string;
  readonly extra?: readonly string[];
  readonly body?: string;
}

function message(parts: Parts = {}): Buffer {
  const { uri = 'sip:[2001:db8::10]', via = 'SIP/2.0/UDP [2001:db8::9:1]', body = '' } = parts;
  const lines = [
    `INVITE ${uri} SIP/2.0`,
    `Via: ${via};branch=z9hG4bKsix`,
    'From: "Six" <sip:six@[2001:db8::9:1]>;tag=6',
    'To: <sip:bob@example.com>',
    'Call-ID: six@[2001:db8::9:1]',
    'CSeq: 6 INVITE',
    'Max-Forwards: 70',
    `Contact: ${parts.contact ?? '<sip:six@[2001:db8::9:1]>'}`,
    ...(parts.extra ?? []),
    `Content-Length: ${body.length}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1');
}

function read(parts?: Parts) {
  const outcome = parseMessage(message(parts));
  if (outcome.kind !== 'message' || outcome.message.kind !== 'request') {
    throw new Error(`refused: ${JSON.stringify(outcome)}`);
  }
  return outcome.message;
}

function status(parts: Parts): number | string {
  const outcome = parseMessage(message(parts));
  return outcome.kind === 'refused' ? outcome.status : outcome.kind;
}

describe('IPv6 torture, after the cases of RFC 5118', () => {
  it('§4.1: references in brackets stand in every header', () => {
    const request = read({ uri: 'sip:bob@[2001:db8::10]' });
    expect(literalTarget(request.uri)).toMatchObject({ address: '2001:db8::10', port: 5060 });
    expect(request.from.uri).toMatchObject({ host: '[2001:db8::9:1]' });
    expect(request.via.sentBy).toBe('[2001:db8::9:1]');
    expect(request.callId).toBe('six@[2001:db8::9:1]');
  });

  it.each(['sip:2001:db8::10', 'sip:bob@2001:db8::10', 'sip:bob@2001:db8::10:5060'])(
    '§4.2: %s without brackets is refused',
    (uri) => {
      expect(status({ uri })).toBe(400);
    },
  );

  it('§4.3: a port within the brackets is part of the address', () => {
    expect(literalTarget(read({ uri: 'sip:[2001:db8::10:5070]' }).uri)).toMatchObject({
      address: '2001:db8::10:5070',
      port: 5060,
    });
  });

  it('§4.4: a port behind the brackets is the port', () => {
    expect(literalTarget(read({ uri: 'sip:[2001:db8::10]:5070' }).uri)).toMatchObject({
      address: '2001:db8::10',
      port: 5070,
    });
  });

  it.each(['received=[2001:db8::9:255]', 'received=2001:db8::9:255'])(
    '§4.5: Via may carry %s',
    (received) => {
      const via = `SIP/2.0/UDP [2001:db8::9:1]:5062;${received}`;
      const request = read({ via });
      expect(request.via.sentBy).toBe('[2001:db8::9:1]:5062');
      // What the sender says of its own source is thrown away; ours is written without brackets.
      const stamped = stampSource(
        `${via};rport`,
        read({ via: `${via};rport` }).via,
        '2001:db8::1',
        7,
      );
      expect(stamped).toBe(
        'SIP/2.0/UDP [2001:db8::9:1]:5062;branch=z9hG4bKsix;rport=7;received=2001:db8::1',
      );
    },
  );

  it('§4.6, §4.8: addresses in a session description pass byte for byte, whatever their family', () => {
    const body =
      'v=0\r\no=six 971731711378798081 0 IN IP6 2001:db8::20\r\ns=-\r\nc=IN IP6 2001:db8::20\r\n' +
      't=0 0\r\nm=audio 6000 RTP/AVP 0\r\nm=video 6002 RTP/AVP 31\r\nc=IN IP4 192.0.2.1\r\n';
    const request = read({ body, extra: ['Content-Type: application/sdp'] });
    expect(request.body).toBe(body);
    expect(readSdpOrigin(request.body)).toMatchObject({ version: '0' });
  });

  it('§4.7: addresses of both families stand side by side', () => {
    const request = read({
      via: 'SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKx, SIP/2.0/TCP 192.0.2.1:5060',
      contact: '<sip:six@[2001:db8::9:1]>, <sip:six@192.0.2.1>, <sip:six@host.example.com>',
      extra: ['Route: <sip:[2001:db8::1]:5061;lr>,<sip:192.0.2.2;lr>'],
    });
    expect(request.list('Via')).toHaveLength(2);
    const contacts = parseContacts(request.getAll('Contact'));
    expect(contacts === '*' ? [] : contacts?.map(({ uri }) => uri?.text)).toEqual([
      'sip:six@[2001:db8::9:1]',
      'sip:six@192.0.2.1',
      'sip:six@host.example.com',
    ]);
    expect(parseRoutes(request.headers, 'Route')).toHaveLength(2);
  });

  it.each([
    ['sip:six@[::ffff:192.0.2.10]:19823', '::ffff:192.0.2.10', 19_823],
    ['sip:six@[::FFFF:c000:020A]', '::ffff:192.0.2.10', 5060],
    ['sip:[::]', '::', 5060],
    ['sip:[2001:0DB8:0:0:0:0:0:0010]', '2001:db8::10', 5060],
  ])('§4.9: %s is %s', (uri, address, port) => {
    expect(literalTarget(read({ uri }).uri)).toMatchObject({ address, port });
  });

  it.each([
    // RFC 5954 takes the third colon back that the grammar of RFC 3261 would have.
    'sip:bob@[2001:db8:::192.0.2.1]',
    'sip:bob@[2001:db8::10',
    'sip:bob@2001:db8::10]',
    'sip:bob@[2001:db8::1::2]',
    'sip:bob@[2001:db8::g]',
    'sip:bob@[fe80::1%eth0]',
    'sip:bob@[fe80::1%25eth0]',
    'sip:bob@[192.0.2.1]',
    'sip:bob@[]',
    'sip:bob@[[::1]]',
    'sip:bob@[::1]5060',
    'sip:bob@[::1]:',
    'sip:bob@[::1]:0',
    `sip:bob@[${'0:'.repeat(40)}1]`,
  ])('§4.10 and beyond: %s is refused', (uri) => {
    expect(status({ uri })).toBe(400);
  });

  it.each(['SIP/2.0/UDP 2001:db8::9:1', 'SIP/2.0/UDP [2001:db8::9:1', 'SIP/2.0/UDP [::1%lo]'])(
    'a Via of %s is refused',
    (via) => {
      expect(status({ via })).toBe(400);
    },
  );
});

describe('the text of an IPv6 address', () => {
  it('is made the one that sockets use', () => {
    const group = fc.oneof(fc.constant(0), fc.nat(0xffff));
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const written = groups.map((word) => word.toString(16).toUpperCase()).join(':');
        const canonical = canonicalAddress(written);
        expect(isIPv6(canonical)).toBe(true);
        expect(canonicalAddress(canonical)).toBe(canonical);
        const socket = new SocketAddress({ address: written, family: 'ipv6' }).address;
        // Sockets write an embedded IPv4 address into the long-dead ::/96 as well; we do not.
        if (!socket.includes('.')) expect(canonical).toBe(socket);
      }),
      { seed: 5952, numRuns: 500 },
    );
  });

  it.each(['192.0.2.1', '::1', '2001:db8::1', '::ffff:192.0.2.1'])('%s stays', (address) => {
    expect(canonicalAddress(address)).toBe(address);
  });
});
