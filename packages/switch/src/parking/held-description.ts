import type { Body } from '@tandem/messages';
import {
  type MediaSection,
  readDescription,
  refusedSection,
  writeDescription,
} from './media-section.ts';

/** Streams that can be held without keys of our own. */
const PLAIN = new Set(['RTP/AVP', 'RTP/AVPF']);
/** The discard port: a stream that is agreed on and not sent. */
const DISCARD_PORT = 9;
/** What describes a format, and so belongs into an answer that takes it. */
const OF_FORMAT = /^a=(?:rtpmap|fmtp|ptime|maxptime|mid|rtcp-mux)\b/;

/**
 * Answers an offer with its plain audio held: every format taken, nothing sent or received
 * (RFC 3264 §8.4), all else refused. Undefined if there is nothing that could be held.
 * `sessionId` is any number that differs between sessions.
 */
export function heldAnswer(offer: Body, sessionId: number): Body | undefined {
  const { sections } = readDescription(offer.content);
  const answers = sections.map((section) => (isHoldable(section) ? held(section) : undefined));
  if (answers.every((answer) => answer === undefined)) return undefined;
  return describe(
    sessionId,
    sections.map((section, index) => answers[index] ?? refusedSection(section)),
  );
}

/** Offers held audio, to a caller whose INVITE brought no offer. */
export function heldOffer(sessionId: number): Body {
  const lines = [
    'c=IN IP4 0.0.0.0',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=inactive',
  ];
  const formats = ['8', '0', '101'];
  const audio = { media: 'audio', port: DISCARD_PORT, protocol: 'RTP/AVP', formats, lines };
  return describe(sessionId, [audio]);
}

function isHoldable({ media, port, protocol }: MediaSection): boolean {
  return media === 'audio' && port !== 0 && PLAIN.has(protocol);
}

function held({ media, protocol, formats, lines }: MediaSection): MediaSection {
  const kept = lines.filter((line) => OF_FORMAT.test(line));
  const own = ['c=IN IP4 0.0.0.0', ...kept, 'a=inactive'];
  return { media, port: DISCARD_PORT, protocol, formats, lines: own };
}

function describe(sessionId: number, sections: readonly MediaSection[]): Body {
  const session = ['v=0', `o=- ${sessionId} 1 IN IP4 0.0.0.0`, 's=-', 't=0 0'];
  return { type: 'application/sdp', content: writeDescription({ session, sections }) };
}
