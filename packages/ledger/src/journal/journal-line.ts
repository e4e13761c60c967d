import { crc32 } from 'node:zlib';

/** Hexadecimal digits of the checksum that leads each line. */
const CHECKSUM_DIGITS = 8;

/** One line of a journal: a checksum of the text, a space, the text, a line feed. */
export function writeJournalLine(text: string): string {
  return `${checksum(text)} ${text}\n`;
}

/** The text of a line, without its line feed; undefined if the checksum does not fit. */
export function readJournalLine(line: string): string | undefined {
  const text = line.slice(CHECKSUM_DIGITS + 1);
  const isSound =
    line[CHECKSUM_DIGITS] === ' ' && line.slice(0, CHECKSUM_DIGITS) === checksum(text);
  return isSound ? text : undefined;
}

function checksum(text: string): string {
  const sum = crc32(text);
  return HEX[sum >>> 24]! + HEX[(sum >>> 16) & 0xff]! + HEX[(sum >>> 8) & 0xff]! + HEX[sum & 0xff]!;
}

/** Each byte as two digits: a number as a hexadecimal text costs V8 ten times that. */
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);
