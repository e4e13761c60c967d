/** What a cheap phone needs of a SIP message; made for load, not for strangers. */
export interface SipText {
  /** Of a request. */
  readonly method: string | undefined;
  readonly uri: string;
  /** Of a response. */
  readonly status: number;
  readonly callId: string;
  /** Sequence number and method. */
  readonly cseq: string;
  readonly from: string;
  readonly to: string;
  /** All Via lines, whole, as they go into a response. */
  readonly vias: readonly string[];
  /** URI of the Contact. */
  readonly contact: string;
}

/** Reads a datagram; undefined if it is no SIP message. */
export function readSipText(datagram: Buffer): SipText | undefined {
  const text = datagram.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = text.slice(0, end < 0 ? undefined : end).split('\r\n');
  const [one = '', two = '', three] = first.split(' ', 3);
  if (three === undefined) return undefined;
  const header = (name: string): string => {
    const line = lines.find((each) => each.startsWith(name));
    return line === undefined ? '' : line.slice(name.length).trim();
  };
  const isResponse = one === 'SIP/2.0';
  return {
    method: isResponse ? undefined : one,
    uri: isResponse ? '' : two,
    status: isResponse ? Number(two) : 0,
    callId: header('Call-ID:'),
    cseq: header('CSeq:'),
    from: header('From:'),
    to: header('To:'),
    vias: lines.filter((line) => line.startsWith('Via:')),
    contact: /<([^>]+)>/.exec(header('Contact:'))?.[1] ?? '',
  };
}

/** Writes a message: its first line, its headers, and a body of SDP if there is one. */
export function writeSipText(first: string, headers: readonly string[], sdp = ''): Buffer {
  const type = sdp === '' ? [] : ['Content-Type: application/sdp'];
  const lines = [first, ...headers, ...type, `Content-Length: ${sdp.length}`, '', sdp];
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

/** A description of one audio stream that never flows. */
export function soakSdp(host: string): string {
  const lines = [
    'v=0',
    `o=soak 1 1 IN IP4 ${host}`,
    's=-',
    `c=IN IP4 ${host}`,
    't=0 0',
    'm=audio 40000 RTP/AVP 0',
    'a=rtpmap:0 PCMU/8000',
    '',
  ];
  return lines.join('\r\n');
}

/** The user part of the first SIP URI in a header or request line. */
export function userOf(text: string): string {
  return /sip:([^@;>]+)@/.exec(text)?.[1] ?? '';
}
