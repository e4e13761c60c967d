import { randomBytes } from 'node:crypto';

/** Letters of chance behind the time. */
const CHANCE_LENGTH = 4;

/**
 * Names one start of a node: the time in base 36, which sorts in the order of starts, and four
 * letters of chance for two starts in one millisecond. Letters and digits only.
 */
export function makeBootId(now: number): string {
  const chance = randomBytes(CHANCE_LENGTH).readUInt32BE() % 36 ** CHANCE_LENGTH;
  return now.toString(36) + chance.toString(36).padStart(CHANCE_LENGTH, '0');
}
