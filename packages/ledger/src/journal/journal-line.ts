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
  return crc32(text).toString(16).padStart(CHECKSUM_DIGITS, '0');
}
