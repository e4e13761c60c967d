import { cutSections, linesOf } from './media-sections.ts';

/** Streams are offered, or accepted, and nothing flows: the discard port, and no address. */
const DISCARD_PORT = 9;
const NOWHERE = 'IN IP4 0.0.0.0';
/** What an audio phone understands: PCMU, PCMA and digits. */
const OFFERED = [
  `m=audio ${DISCARD_PORT} RTP/AVP 0 8 101`,
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
  'a=inactive',
];

/** The offer of a session in which nothing flows; the o-line is put in by {@link SessionFace}. */
export function heldOffer(): string {
  return write(['v=0', 's=-', `c=${NOWHERE}`, 't=0 0', ...OFFERED]);
}

/**
 * The answer that accepts an offer and lets nothing flow (RFC 3264 §6.1, §8.4): every stream
 * inactive with the formats that were offered. Streams whose keys we would have to make are
 * rejected, they are offered anew when the call is taken up.
 */
export function heldAnswer(offer: string): string {
  const { session, media } = cutSections(offer);
  const time = linesOf(session).find((line) => line.startsWith('t=')) ?? 't=0 0';
  const streams = media.flatMap((section) => heldStream(linesOf(section)));
  return write(['v=0', 's=-', `c=${NOWHERE}`, time, ...streams]);
}

function heldStream(lines: readonly string[]): readonly string[] {
  const [kind = 'm=audio', port = '0', protocol = 'RTP/AVP', ...formats] = (lines[0] ?? '').split(
    ' ',
  );
  const mid = lines.filter((line) => line.startsWith('a=mid:'));
  // Our own key for a stream that carries nothing: the one we were offered will do.
  const crypto = lines.filter((line) => line.startsWith('a=crypto:')).slice(0, 1);
  const isPlain = protocol === 'RTP/AVP' || protocol === 'RTP/AVPF';
  const isKeyed = /^RTP\/SAVPF?$/.test(protocol) && crypto.length > 0;
  if (/^0(\/|$)/.test(port) || !(isPlain || isKeyed)) {
    return [`${kind} 0 ${[protocol, ...formats].join(' ')}`, ...mid];
  }
  return [
    `${kind} ${DISCARD_PORT} ${[protocol, ...formats].join(' ')}`,
    ...lines.filter((line) => /^a=(?:rtpmap|fmtp):/.test(line)),
    ...(isKeyed ? crypto : []),
    ...mid,
    'a=inactive',
  ];
}

function write(lines: readonly string[]): string {
  return lines.map((line) => `${line}\r\n`).join('');
}
