import { type Clock, type Log, TandemError } from '@tandem/engine';
import {
  type AnswerAge,
  beatBoot,
  type BeatCount,
  type BootName,
  closeBoot,
  fenceBoots,
  registerBoot,
} from '../books/boot-leases.ts';
import type { MoneyCaller } from '../books/money-caller.ts';
import { makeBootHolder } from './boot-holder.ts';
import type { DatabaseTime } from './database-time.ts';

/** After a longer gap between beats nothing else is done before the next one (money rule R6). */
const FRESH_MS = 3_000;

/**
 * The life of a lease:
 *
 *   starting ──registered──> live ──zero rows──> fenced ──renamed, registered──> live
 *                              ├──drained──> closed
 *                              └──beats of others──> doubled
 */
export type LeaseState = 'starting' | 'live' | 'fenced' | 'closed' | 'doubled';

/** What a lease needs. */
export interface LeaseOptions {
  readonly identity: BootName;
  readonly caller: MoneyCaller;
  readonly clock: Clock;
  readonly time: DatabaseTime;
  readonly log: Log;
  readonly deadAfterMs: number;
  /** Answers that are not on their holds yet; told again until a beat has carried them. */
  readonly answers: () => readonly AnswerAge[];
  readonly onAnswersWritten: (charges: readonly string[]) => void;
  /**
   * Resolves once what has ended by now is on the disk, or after a while: a beat tells survivors
   * that calls lived, and such whose end this node alone knows would be charged up to it.
   */
  readonly endsWritten: () => Promise<void>;
}

/**
 * This boot's right to admit and to charge: a row in the database, renewed each second by the
 * database's clock. Only the database says that it is over (money rules R1, R6).
 */
export class Lease {
  readonly #options: LeaseOptions;
  #boot: string;
  #generation = 0;
  #state: LeaseState = 'starting';
  #beatenMs = -Infinity;
  #beating: Promise<void> | undefined;
  readonly #holder = makeBootHolder();
  /** Undefined before the first answer. */
  #beats: BeatCount | undefined;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#boot = options.identity.boot;
  }

  /** The boot under which charges are made now. */
  get boot(): string {
    return this.#boot;
  }

  get state(): LeaseState {
    return this.#state;
  }

  /** Since the last beat that the database took was sent, ms. */
  get ageMs(): number {
    return this.#options.clock.monotonicMs() - this.#beatenMs;
  }

  /**
   * Registers, if that has not been done; false if this boot had its life, and the next attempt
   * is another's. @throws LEDGER_NAME_TAKEN, LEDGER_JOURNAL_COPIED, or the store's fault
   */
  async register(predecessors: readonly string[]): Promise<boolean> {
    if (this.#state === 'live') return true;
    const { caller, clock, identity, deadAfterMs } = this.#options;
    const sentMs = clock.monotonicMs();
    const name = { node: identity.node, boot: this.#boot };
    const { outcome, beats } = await registerBoot(
      caller,
      name,
      predecessors,
      deadAfterMs,
      this.#holder,
    );
    if (outcome === 'taken') throw new TandemError('LEDGER_NAME_TAKEN', { ...name });
    if (outcome === 'copied') throw new TandemError('LEDGER_JOURNAL_COPIED', { ...name });
    if (outcome !== 'live') {
      this.#rename();
      return false;
    }
    this.#state = 'live';
    this.#beats = beats === null ? undefined : { known: beats, lost: 0 };
    this.#beatenMs = sentMs;
    return true;
  }

  /**
   * Renews the lease; beats asked for while one runs are that one.
   * @throws LEDGER_BOOT_TWICE, or the store's fault
   */
  async beat(): Promise<void> {
    await (this.#beating ??= this.#beat().finally(() => {
      this.#beating = undefined;
    }));
  }

  /** Whether nothing stands against using it: a live one has beaten lately, any other is asked no more. */
  get isFresh(): boolean {
    return this.#state !== 'live' || this.ageMs <= FRESH_MS;
  }

  /** After a pause of the process: whether we still live is asked before anything else. */
  async refresh(): Promise<void> {
    if (!this.isFresh) await this.beat();
  }

  /** Marks others whose leases are over; only while our own is unbroken. Throws the store's fault. */
  async fenceOthers(): Promise<readonly string[]> {
    return this.#state === 'live' ? await fenceBoots(this.#options.caller, this.#boot) : [];
  }

  /** After all calls of a fenced boot have ended: the next registration is another boot's. */
  restart(): string {
    this.#rename();
    return this.#boot;
  }

  /** The node has drained; false while there are holds. Throws the store's fault. */
  async close(): Promise<boolean> {
    if (this.#state !== 'live') return false;
    const isClosed = await closeBoot(this.#options.caller, this.#boot);
    if (isClosed) this.#state = 'closed';
    return isClosed;
  }

  async #beat(): Promise<void> {
    if (this.#state !== 'live') return;
    const { caller, clock, time, log, answers, onAnswersWritten, endsWritten } = this.#options;
    await endsWritten();
    const sentMs = clock.monotonicMs();
    const count = this.#beats;
    this.#beats = count && { ...count, lost: count.lost + 1 };
    const beat = await beatBoot(caller, this.#boot, answers(), count);
    if (beat === 'twin') {
      this.#state = 'doubled';
      throw new TandemError('LEDGER_BOOT_TWICE', { boot: this.#boot });
    }
    if (beat === undefined) {
      this.#state = 'fenced';
      log.error('this boot was marked dead: its calls end, and it returns as another', {
        boot: this.#boot,
      });
      return;
    }
    this.#beats = { known: beat.beats, lost: 0 };
    this.#beatenMs = sentMs;
    time.learn(beat.seenAt, sentMs);
    onAnswersWritten(beat.written);
  }

  #rename(): void {
    this.#generation++;
    this.#boot = `${this.#options.identity.boot}r${this.#generation}`;
    this.#state = 'starting';
  }
}
