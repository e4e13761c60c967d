import { describe, expect, it } from 'vitest';
import { findSdp, splitMultipart } from './multipart.ts';
import { isHold, isSameSession, readMediaDirection, readSdpOrigin } from './sdp.ts';

function sdp(version: string, media: readonly string[], session: readonly string[] = []): string {
  return `${['v=0', `o=alice 289 ${version} IN IP4 192.0.2.1`, 's=-', 'c=IN IP4 192.0.2.1', 't=0 0', ...session, ...media].join('\r\n')}\r\n`;
}

const AUDIO = 'm=audio 4000 RTP/AVP 8 101';

describe('a session description', () => {
  it('tells its origin', () => {
    expect(readSdpOrigin(sdp('7', [AUDIO]))).toEqual({ sessionId: '289', version: '7' });
    expect(readSdpOrigin('nonsense')).toBeUndefined();
  });

  it('is the same session with the same id and version', () => {
    const former = sdp('7', [AUDIO]);
    expect(isSameSession(former, former)).toBe(true);
    expect(isSameSession(former, sdp('7', [AUDIO, 'a=ptime:20']))).toBe(true);
    expect(isSameSession(former, sdp('8', [AUDIO]))).toBe(false);
    expect(isSameSession(former, sdp('7', [AUDIO, 'a=sendonly']))).toBe(false);
    expect(isSameSession(former, former.replace('4000', '4002'))).toBe(false);
    expect(isSameSession('', 'x')).toBe(false);
  });

  it.each([
    [[AUDIO], [], 'sendrecv'],
    [[AUDIO, 'a=sendonly'], [], 'sendonly'],
    [[AUDIO], ['a=inactive'], 'inactive'],
    [[AUDIO, 'a=recvonly'], ['a=inactive'], 'recvonly'],
    [
      ['m=audio 0 RTP/AVP 8', 'a=sendonly', 'm=video 5000 RTP/AVP 99', 'a=recvonly'],
      [],
      'recvonly',
    ],
    [['m=audio 0 RTP/AVP 8'], [], 'inactive'],
    [[], [], 'inactive'],
    [[AUDIO, 'c=IN IP4 0.0.0.0'], [], 'sendonly'],
    [[AUDIO, 'c=IN IP4 0.0.0.0', 'a=recvonly'], [], 'inactive'],
    [[AUDIO, 'a=sendonlyx'], [], 'sendrecv'],
  ])('%j with %j is %s', (media, session, direction) => {
    expect(readMediaDirection(sdp('1', media, session))).toBe(direction);
  });

  it('is a hold where the writer listens to nothing', () => {
    expect(isHold(sdp('1', [AUDIO, 'a=sendonly']))).toBe(true);
    expect(isHold(sdp('1', [AUDIO, 'a=recvonly']))).toBe(false);
  });

  it('is found alone and in a multipart body, and nowhere else', () => {
    const description = sdp('1', [AUDIO]);
    const multipart =
      '--b1\r\nContent-Type: application/isup; version=x\r\n\r\n\x01\xff\r\n' +
      `--b1\r\nc: application/sdp\r\n\r\n${description}\r\n--b1--\r\n`;
    expect(findSdp('application/SDP', description)).toBe(description);
    expect(findSdp('multipart/mixed;boundary=b1', multipart)).toBe(description);
    expect(findSdp('multipart/mixed;boundary=b2', multipart)).toBeUndefined();
    expect(findSdp('multipart/mixed', multipart)).toBeUndefined();
    expect(findSdp('text/plain', description)).toBeUndefined();
    expect(findSdp(undefined, description)).toBeUndefined();
    expect(splitMultipart(multipart, 'b1')[0]?.body).toBe('\x01\xff');
  });
});
