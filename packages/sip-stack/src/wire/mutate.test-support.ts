/** A small generator of repeatable randomness (mulberry32): the same seed, the same run. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  }

  /** One of `choices`. */
  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new RangeError('nothing to pick from');
    return choice;
  }
}

// What parsers stumble over: separators, quotes, escapes, numbers at their edges, odd names.
const PIECES = [
  ['\r\n', '\n', '\r', '\r\n\r\n', '\r\n ', '\0', '\t', ' ', '"', '\\', '\\"', '<', '>', '<>'],
  [';', ';;', ',', ',,', ':', '::', '@', '@@', '?', '=', '%', '%00', '%zz', '[', ']', '[::1]'],
  ['-1', '0', '2147483647', '2147483648', '4294967296', '99999999999999999999', '1e3', '\xff'],
  ['SIP/2.0', 'SIP/3.0', 'sip:', 'sips:', 'tel:', '*', '__proto__', 'constructor', '\xe2\x98\x8e'],
  ['Via: ', 'v: ', 'From: ', 't: ', 'CSeq: ', 'Content-Length: ', 'l: ', 'Contact: *', 'Route: '],
  [';tag=', ';branch=z9hG4bK', ';rport', ';received=', ';lr', ';q=', ';expires=', ';npdi;rn=+1'],
  [
    'a'.repeat(300),
    '"'.repeat(40),
    '<'.repeat(40),
    ';a'.repeat(60),
    ', '.repeat(60),
    '\\'.repeat(41),
  ],
].flat();

/** `seed` with one to eight changes: pieces put in, cut out, doubled, swapped, or taken from `other`. */
export function mutate(seed: string, other: string, random: SeededRandom): string {
  let text = seed;
  for (let changes = 1 + random.below(random.pick([1, 3, 8])); changes > 0; changes--) {
    const at = random.below(text.length + 1);
    const end = Math.min(text.length, at + 1 + random.below(random.pick([2, 8, 80])));
    switch (random.below(7)) {
      case 0:
        text = text.slice(0, at) + random.pick(PIECES) + text.slice(at);
        break;
      case 1:
        text = text.slice(0, at) + random.pick(PIECES) + text.slice(end);
        break;
      case 2:
        text = text.slice(0, at) + text.slice(end);
        break;
      case 3:
        text = text.slice(0, end) + text.slice(at, end) + text.slice(end);
        break;
      case 4:
        text = text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1);
        break;
      case 5: {
        const from = random.below(other.length + 1);
        text = text.slice(0, at) + other.slice(from, from + random.below(120)) + text.slice(end);
        break;
      }
      default:
        text = repeatLine(text, random);
    }
  }
  return text.slice(0, 70_000);
}

// One line again, up to 300 times: caps on lines, Vias and sizes.
function repeatLine(text: string, random: SeededRandom): string {
  const lines = text.split('\r\n');
  const at = random.below(lines.length);
  const line = lines[at] ?? '';
  lines.splice(at, 0, ...Array.from({ length: random.pick([1, 2, 80, 300]) }, () => line));
  return lines.join('\r\n');
}
