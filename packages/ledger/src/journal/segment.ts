import { join } from 'node:path';

/** Ending of a segment with records that may be owed to the database. */
const OWED = 'journal';
/** Ending of a segment whose records are all in the database: kept for a day. */
const SETTLED = 'settled';
/** Ending of a settled segment with lines that nobody can read: kept for ever. */
const DAMAGED = 'damaged';
const NAME = /^(\d{10})\.(.+)\.(journal|settled|damaged)$/;
const SEQUENCE_DIGITS = 10;

/** One file of the journal, and what of it the database does not have yet. */
export class Segment {
  /** Records appended. */
  records = 0;
  /** Of these, the ones that the database does not have. */
  owed = 0;
  /** Records of it that were given to be settled. */
  given = 0;
  /** Of these, the ones that were settled from memory. */
  settledOnce = 0;
  /** Some of them are not in memory: the file is read again when there is room. */
  isUnread = false;
  /** Nothing is appended any more. */
  isClosed = false;

  constructor(
    readonly directory: string,
    readonly sequence: number,
    /** The boot that wrote it. */
    readonly boot: string,
    readonly state: 'journal' | 'settled' | 'damaged' = OWED,
  ) {}

  /** Where it lies now. */
  get path(): string {
    return this.#pathAs(this.state);
  }

  /** Where it will lie once all of it is settled. */
  get settledPath(): string {
    return this.#pathAs(SETTLED);
  }

  /** Where it lies when the database's history has changed: owed again. */
  get owedPath(): string {
    return this.#pathAs(OWED);
  }

  /** Where it is kept for a person, when some of its lines cannot be read. */
  get damagedPath(): string {
    return this.#pathAs(DAMAGED);
  }

  #pathAs(state: string): string {
    const number = String(this.sequence).padStart(SEQUENCE_DIGITS, '0');
    return join(this.directory, `${number}.${this.boot}.${state}`);
  }
}

/** Reads the name of a segment's file; undefined if it is another file. */
export function readSegmentName(directory: string, name: string): Segment | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const state = match[3] as Segment['state'];
  return new Segment(directory, Number(match[1]), match[2]!, state);
}
