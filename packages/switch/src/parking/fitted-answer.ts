import type { Body } from '@tandem/messages';
import { isSdp } from '@tandem/messages';
import {
  type Description,
  type MediaSection,
  readDescription,
  refusedSection,
  writeDescription,
} from './media-section.ts';

const DIRECTION = /^a=(?:sendrecv|sendonly|recvonly|inactive)\s*$/;

/**
 * Makes an answer to `offer` out of what another phone has said of itself: two phones that were
 * both asked for an offer are so told of each other. An answer has the offer's streams in the
 * offer's order (RFC 3264 §6): those that the other phone lacks are refused, those that it has
 * beyond are left out, and nobody sends to whom does not receive.
 */
export function fittedAnswer(offer: Body, other: Body): Body {
  if (!isSdp(offer) || !isSdp(other)) return other;
  const asked = readDescription(offer.content);
  const described = readDescription(other.content);
  const left = [...described.sections];
  const sections = asked.sections.map((section) => {
    const index = left.findIndex((candidate) => isSameKind(section, candidate));
    if (index < 0) return refusedSection(section);
    const [match] = left.splice(index, 1);
    return directed(match!, directionOf(asked, section), directionOf(described, match!));
  });
  return { ...other, content: writeDescription({ session: described.session, sections }) };
}

function isSameKind(a: MediaSection, b: MediaSection): boolean {
  return a.port !== 0 && b.port !== 0 && a.media === b.media && a.protocol === b.protocol;
}

interface Direction {
  readonly doesSend: boolean;
  readonly doesReceive: boolean;
}

function directionOf({ session }: Description, { lines }: MediaSection): Direction {
  const isDirection = (line: string): boolean => DIRECTION.test(line);
  const line = lines.find(isDirection) ?? session.find(isDirection) ?? 'a=sendrecv';
  const word = line.trim().slice('a='.length);
  return {
    doesSend: word === 'sendrecv' || word === 'sendonly',
    doesReceive: word === 'sendrecv' || word === 'recvonly',
  };
}

function directed(section: MediaSection, offered: Direction, own: Direction): MediaSection {
  const doesSend = own.doesSend && offered.doesReceive;
  const doesReceive = own.doesReceive && offered.doesSend;
  const word = doesSend
    ? doesReceive
      ? 'sendrecv'
      : 'sendonly'
    : doesReceive
      ? 'recvonly'
      : 'inactive';
  const lines = section.lines.filter((line) => !DIRECTION.test(line));
  return { ...section, lines: [...lines, `a=${word}`] };
}
