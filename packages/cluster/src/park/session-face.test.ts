import { describe, expect, test } from 'vitest';
import { heldAnswer, heldOffer } from './held-media.ts';
import { countMedia, fitMedia } from './media-sections.ts';
import { SessionFace } from './session-face.ts';

const text = (...lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('');
const body = (content: string) => ({ type: 'application/sdp', content });
const session = ['v=0', 'o=bob 5 5 IN IP4 192.0.2.9', 's=call', 'c=IN IP4 192.0.2.9', 't=3 4'];
const audio = [
  'm=audio 4000 RTP/AVP 0 8 101',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
  'a=ptime:20',
  'a=sendrecv',
];
const video = ['m=video 4002 RTP/AVP 96', 'a=rtpmap:96 H264/90000'];

describe('an answer that lets nothing flow', () => {
  test('accepts each stream as inactive, with its formats and the time of the offer', () => {
    expect(heldAnswer(text(...session, ...audio, ...video))).toBe(
      text(
        'v=0',
        's=-',
        'c=IN IP4 0.0.0.0',
        't=3 4',
        'm=audio 9 RTP/AVP 0 8 101',
        'a=rtpmap:101 telephone-event/8000',
        'a=fmtp:101 0-15',
        'a=inactive',
        'm=video 9 RTP/AVP 96',
        'a=rtpmap:96 H264/90000',
        'a=inactive',
      ),
    );
  });

  test.each<[what: string, media: readonly string[], answer: readonly string[]]>([
    ['a rejected stream stays so', ['m=video 0 RTP/AVP 96'], ['m=video 0 RTP/AVP 96']],
    ['what is not RTP is rejected', ['m=image 4000 udptl t38'], ['m=image 0 udptl t38']],
    [
      'keys by certificate are rejected',
      ['m=audio 4000 UDP/TLS/RTP/SAVPF 111', 'a=mid:0', 'a=fingerprint:sha-256 AA'],
      ['m=audio 0 UDP/TLS/RTP/SAVPF 111', 'a=mid:0'],
    ],
    [
      'a key in the offer serves for a stream that carries nothing',
      [
        'm=audio 4000 RTP/SAVP 0',
        'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:xyz',
        'a=crypto:2 b inline:c',
      ],
      ['m=audio 9 RTP/SAVP 0', 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:xyz', 'a=inactive'],
    ],
    [
      'a keyed stream without a key is rejected',
      ['m=audio 4000 RTP/SAVP 0'],
      ['m=audio 0 RTP/SAVP 0'],
    ],
    [
      'ports of several streams',
      ['m=audio 4000/2 RTP/AVP 0'],
      ['m=audio 9 RTP/AVP 0', 'a=inactive'],
    ],
  ])('%s', (_, media, answer) => {
    const content = heldAnswer(text(...session, ...media));
    expect(content).toBe(text('v=0', 's=-', 'c=IN IP4 0.0.0.0', 't=3 4', ...answer));
  });

  test('an offer without streams, or with bare line ends, is answered too', () => {
    expect(heldAnswer('v=0\n')).toBe(text('v=0', 's=-', 'c=IN IP4 0.0.0.0', 't=0 0'));
    expect(heldAnswer('v=0\nt=1 2\nm=audio 4 RTP/AVP 0\n')).toContain(
      't=1 2\r\nm=audio 9 RTP/AVP 0\r\n',
    );
    expect(heldAnswer('m=')).toContain('m= 0 RTP/AVP');
  });
});

describe('the number of streams', () => {
  test('missing ones are added as rejected, surplus ones left out', () => {
    const one = text(...session, ...audio);
    const two = text(...session, ...audio, ...video);
    expect([countMedia(one), countMedia(two), countMedia('v=0\r\n')]).toEqual([1, 2, 0]);
    expect(fitMedia(two, 1)).toBe(one);
    expect(fitMedia(one, 2)).toBe(`${one}m=audio 0 RTP/AVP 0\r\n`);
    expect(fitMedia(one.trimEnd(), 2)).toBe(`${one}m=audio 0 RTP/AVP 0\r\n`);
    expect(fitMedia(one, 1)).toBe(one);
  });
});

describe('the session that one caller sees', () => {
  test('keeps its name, and counts its changes', () => {
    const face = new SessionFace('77');
    const first = face.hold(body(text(...session, ...audio)));
    expect(first.content.split('\r\n')[1]).toBe('o=- 77 1 IN IP4 0.0.0.0');
    const again = face.hold(body(text(...session, ...audio)));
    expect(again.content).toBe(first.content);
    const other = face.offer(body(text(...session, ...audio)))!;
    expect(other.content).toBe(
      first.content && text('v=0', 'o=- 77 2 IN IP4 0.0.0.0', ...session.slice(2), ...audio),
    );
    // The same from someone else is no change.
    const renamed = text(...session, ...audio).replace('o=bob 5 5', 'o=eve 9 9');
    expect(face.offer(body(renamed))!.content).toBe(other.content);
  });

  test('never loses a stream in an offer, and gets as many in an answer as it asked for', () => {
    const face = new SessionFace('77');
    face.heard(body(text(...session, ...audio, ...video)));
    expect(countMedia(face.offer(body(text(...session, ...audio)))!.content)).toBe(2);
    face.heard(body(text(...session, ...audio)));
    expect(countMedia(face.answer(body(text(...session, ...audio, ...video)))!.content)).toBe(1);
    expect(countMedia(face.offer(body(text(...session, ...audio)))!.content)).toBe(2);
  });

  test('leaves what is no plain session as it is', () => {
    const face = new SessionFace('77');
    const other = { type: 'multipart/mixed', content: 'o=x' };
    face.heard(other);
    expect([face.offer(other), face.answer(other), face.offer(undefined)]).toEqual([
      other,
      other,
      undefined,
    ]);
  });

  test('offers a session in which nothing flows to one who offered none', () => {
    const face = new SessionFace('77');
    expect(face.offerHeld().content).toBe(
      heldOffer().replace('v=0\r\n', 'v=0\r\no=- 77 1 IN IP4 0.0.0.0\r\n'),
    );
  });
});
