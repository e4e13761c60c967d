/** Which way media flows, seen from the phone that says so. */
export type PhoneMedia = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** A session description as a phone makes one; `version` counts its changes (RFC 3264 §8). */
export function phoneSdp(name: string, version = 1, media: PhoneMedia = 'sendrecv'): string {
  return [
    'v=0',
    `o=${name} 1000 ${version} IN IP4 127.0.0.1`,
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    'm=audio 40000 RTP/AVP 0 8 101',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    `a=${media}`,
    '',
  ].join('\r\n');
}
