import {
  type Bus,
  type Clock,
  isFault,
  type Log,
  TandemError,
  type TimerWheel,
} from '@tandem/engine';
import type { NodeIdentity } from '@tandem/messages';
import type { Lane, Store } from '@tandem/store';
import { Holds } from './admission/holds.ts';
import { LocalLimits } from './admission/local-limits.ts';
import { Policies } from './admission/policies.ts';
import { Tombstones } from './admission/tombstones.ts';
import type { CloseAnswer } from './books/close-calls.ts';
import { TenantLimits } from './books/tenant-limits.ts';
import { Bookkeeper } from './bookkeeper.ts';
import { releaseAnswer } from './calls/hear-answer.ts';
import { ChargeBook } from './charge/charge-book.ts';
import type { LedgerConfig } from './config.ts';
import { LowBalances } from './recharge/low-balances.ts';
import { ledgerFaults } from './faults.ts';
import { Journal } from './journal/journal.ts';
import { type Replayed, replayJournal } from './journal/replay.ts';
import { compareTimelines } from './journal/timeline.ts';
import type { LedgerParts } from './ledger-parts.ts';
import { findStrayHolds } from './lease/compare-holds.ts';
import { DatabaseTime } from './lease/database-time.ts';
import { endBillableCalls } from './lease/end-calls.ts';
import { endsWritten } from './lease/ends-written.ts';
import { CutOff } from './lease/cut-off.ts';
import { Lease } from './lease/lease.ts';
import { dropTombstones, sweepHolds } from './lease/sweep-holds.ts';
import { BooksWatch } from './proof/books-watch.ts';
import { SettlementQueue } from './settlement/settlement-queue.ts';
import { StepMeter } from './settlement/step-meter.ts';

/** What a ledger is made of. */
export interface LedgerOptions {
  readonly store: Store;
  readonly identity: NodeIdentity;
  /** The journal's directory; one node's own. */
  readonly directory: string;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly wheel: TimerWheel;
  readonly log: Log;
  /** Ends the process at once, without a word to anybody. */
  readonly abandon?: ((fault: TandemError) => void) | undefined;
}

/** Statements of the lease give up early: a beat that hangs is a beat missed, ms. */
const LEASE_STATEMENT_MS = 2_000;
/** Settling a full batch may take its time, ms. */
const SETTLE_STATEMENT_MS = 20_000;
/** Extensions give up early: there is half a slice to ask again, ms. */
const EXTEND_STATEMENT_MS = 2_000;
/** How much earlier than the admission's deadline the server itself gives up, ms. */
const DEADLINE_MARGIN_MS = 250;
/** What is settled at the node's end before the rest is left to the next start, ms. */
const LAST_SETTLE_MS = 2_000;
/** How long calls of a fenced boot may take to end, beats. */
const FENCED_BEATS_MAX = 10;

/**
 * The money of one node. It admits calls, keeps them paid, journals their ends and settles them;
 * it renews the node's lease, and closes the calls of nodes that died.
 */
export class Ledger implements AsyncDisposable {
  readonly parts: LedgerParts;
  readonly tombstones: Tombstones;
  readonly #options: LedgerOptions;
  readonly #lanes: readonly Lane[];
  readonly lowBalances: LowBalances;
  /** What tenants use of their limits, as read last. */
  readonly limitsInUse = new TenantLimits();
  /** Whether the books agree, as looked last. */
  readonly booksWatch: BooksWatch;
  readonly #leaseLane: Lane;
  readonly #cutOff: CutOff;
  readonly #settleLane: Lane;
  /** Bills and statistics. */
  readonly bookkeeper: Bookkeeper;
  #replaying: Promise<void> | undefined;
  #fencedBeats = 0;
  /** Calls of dead nodes that this one closed, and boots it marked. */
  readonly counts = { orphans: 0, fenced: 0, strays: 0 };

  private constructor(
    options: LedgerOptions,
    journal: Journal,
    config: LedgerConfig,
    /** What records wait for on their way. */
    readonly steps: StepMeter,
  ) {
    const { store, identity, bus, clock, wheel, log } = options;
    this.#options = options;
    this.lowBalances = new LowBalances(bus, log);
    this.booksWatch = new BooksWatch(clock, log);
    this.#cutOff = new CutOff(config.deadAfter);
    const time = new DatabaseTime(clock);
    const book = new ChargeBook();
    const lane = (name: string, poolSize: number, statementTimeoutMs: number): Lane =>
      store.lane(`ledger ${name}`, { poolSize, statementTimeoutMs });
    this.#leaseLane = lane('lease', 2, LEASE_STATEMENT_MS);
    this.#settleLane = lane('settlement', 2, SETTLE_STATEMENT_MS);
    const admissions = lane('admission', 4, config.admissionDeadline - DEADLINE_MARGIN_MS);
    const extensions = lane('extension', 1, EXTEND_STATEMENT_MS);
    this.#lanes = [this.#leaseLane, this.#settleLane, admissions, extensions];
    const lease = new Lease({
      identity,
      caller: this.#leaseLane,
      clock,
      time,
      log,
      deadAfterMs: config.deadAfter,
      endsWritten: () => endsWritten(journal, wheel),
      answers: () => book.answers(clock.monotonicMs()),
      onAnswersWritten: (charges) => {
        for (const charge of book.answersWritten(charges)) releaseAnswer(this.parts, charge);
      },
    });
    const boot = (): string => lease.boot;
    this.tombstones = new Tombstones(this.#settleLane, boot, log);
    const { tombstones } = this;
    const deadlineMs = config.admissionDeadline;
    const holds = new Holds({ admissions, extensions, tombstones, boot, wheel, deadlineMs });
    const queue = new SettlementQueue({
      caller: this.#settleLane,
      journal,
      wheel,
      log,
      onSettled: (answers) => this.#settled(answers),
      onStep: (step) => steps.note(step),
    });
    this.parts = {
      identity,
      bus,
      clock,
      wheel,
      log,
      lease,
      time,
      book,
      holds,
      journal,
      queue,
      limits: new LocalLimits(),
      policies: new Policies(),
      config,
      isReplayed: false,
    };
    this.bookkeeper = new Bookkeeper(this.parts, store);
  }

  /** Opens the journal, and begins as far as the database is there. @throws LEDGER_JOURNAL_… */
  static async open(options: LedgerOptions, config: LedgerConfig): Promise<Ledger> {
    const { directory, identity, clock, log } = options;
    const steps = new StepMeter(clock);
    const onStep = steps.note.bind(steps);
    const journal = await Journal.open({ directory, ...identity, clock, log, onStep });
    const ledger = new Ledger(options, journal, config, steps);
    // The directory says whose it is from now on, even if this boot never charges anything.
    await ledger.#signLife();
    await ledger.beat();
    return ledger;
  }

  /** Renews the lease, or begins: once a second. Never throws; what fails is tried again. */
  async beat(): Promise<void> {
    const { lease, journal, log, config } = this.parts;
    if (lease.state === 'doubled') {
      return this.#abandon(new TandemError('LEDGER_BOOT_TWICE', { boot: lease.boot }));
    }
    try {
      if (lease.state === 'starting') {
        if (await lease.register(journal.predecessors)) await this.#begin();
      } else if (lease.state === 'live') await lease.beat();
      if (lease.state === 'fenced') await this.#leaveFenced();
      if (config.admission === 'node') await this.#signLife();
    } catch (fault) {
      // No database takes our word that we live: the journal does, for the next start.
      await this.#signLife().catch(() => undefined);
      if (isFault(fault, 'LEDGER_BOOT_TWICE')) this.#abandon(fault);
      else if (isFault(fault, 'LEDGER_NAME_TAKEN') || isFault(fault, 'LEDGER_JOURNAL_COPIED'))
        log.error('no calls are charged', { fault: fault.message });
      else log.debug('no beat', { fault: String(fault) });
      if (lease.state === 'live') await this.#endWithoutDatabase();
    }
  }

  /** Marks the dead and closes their calls: once a second. Never throws. */
  async sweep(): Promise<void> {
    if (this.parts.lease.state !== 'live') return;
    await this.#quietly('sweep', async () => {
      for (const boot of await this.parts.lease.fenceOthers()) {
        this.counts.fenced++;
        this.parts.log.error('a node is dead: its calls are closed', { boot });
      }
      const { closed } = await sweepHolds(this.#settleLane);
      this.counts.orphans += closed;
    });
  }

  /** Compares holds with calls, reads policies, looks at the disk: every few seconds. Never throws. */
  async tidy(): Promise<void> {
    const { journal, policies, lease, book, config } = this.parts;
    await this.#quietly('look at the journal', () => journal.look());
    // Without calls nothing else would find out that the disk takes records again.
    if (journal.trouble !== undefined) await this.#signLife().catch(() => undefined);
    if (lease.state !== 'live') return;
    await this.#quietly('comparison of holds', async () => {
      const strays = await findStrayHolds(this.#settleLane, lease.boot, (id) => book.has(id));
      for (const stray of strays) this.tombstones.add(stray);
      this.counts.strays += strays.length;
      await this.tombstones.retry();
      await dropTombstones(this.#settleLane);
    });
    await this.#quietly('reading of policies', async () => {
      await policies.read(this.#settleLane);
      if (config.admission === 'node') await policies.readBalances(this.#settleLane);
    });
    await this.#quietly('reading of limits', () => this.limitsInUse.read(this.#settleLane));
    await this.#quietly('proof of the books', () => this.booksWatch.look(this.#settleLane));
    await this.#quietly('look at balances', () => this.lowBalances.look(this.#settleLane));
    await this.#replayAfterFailover();
  }

  /** Makes the partitions of the months to come: now and then. Never throws. */
  async prepareMonths(): Promise<void> {
    await this.#quietly('partitions', () =>
      this.#settleLane.call('select prepare_cdr_months_1(clock_timestamp(), 3)'),
    );
  }

  /** The database is back: what waits is tried at once. */
  hurry(): void {
    this.parts.queue.hurry();
    void this.beat();
  }

  /** Settles what it can in a short time, ends the lease if nothing is held, closes all. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { queue, lease, journal, wheel } = this.parts;
    const isIdle = new Promise<void>((resolve) => {
      const stop = wheel.after(LAST_SETTLE_MS, resolve);
      queue.onIdle(() => {
        stop();
        resolve();
      });
    });
    queue.hurry();
    if (this.#options.store.isUp) await isIdle;
    await queue.close();
    await this.#quietly('end of the lease', () => lease.close());
    await journal.close();
    await this.bookkeeper.close();
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }

  /** Registered: what earlier boots left comes first, then calls. */
  async #begin(): Promise<void> {
    const { policies, config, log } = this.parts;
    const { fsync, synchronousCommit } = await this.#options.store.durability();
    if (!fsync || synchronousCommit === 'off') {
      const { meaning, remedy } = ledgerFaults.LEDGER_NOT_DURABLE;
      log.error(meaning, { code: 'LEDGER_NOT_DURABLE', fsync, synchronousCommit, remedy });
    }
    await this.prepareMonths();
    await policies.read(this.#settleLane);
    if (config.admission === 'node') await policies.readBalances(this.#settleLane);
    await this.limitsInUse.read(this.#settleLane);
    // Not waited for here: the lease must be renewed while a long journal is replayed.
    this.#replaying ??= this.#replay().finally(() => {
      this.#replaying = undefined;
    });
    await Promise.race([this.#replaying, this.#soon()]);
  }

  async #replay(): Promise<void> {
    const { journal, log, queue } = this.parts;
    try {
      const caller = this.#settleLane;
      const settleAll = queue.settleAll.bind(queue);
      const replayed: Replayed = await replayJournal({ journal, caller, settleAll, log });
      if (replayed.segments > 0) log.info('the journal was replayed', { ...replayed });
      this.parts.isReplayed = true;
    } catch (fault) {
      log.error('the journal is not replayed', { fault: String(fault) });
      this.parts.wheel.after(1_000, () => void this.#begin().catch(() => undefined));
    }
  }

  /** Whatever was done now would be done to the other process's calls, too. */
  #abandon(fault: TandemError): void {
    this.parts.log.error('this process is a copy, and ends', { fault: fault.message });
    this.#options.abandon?.(fault);
  }

  /** A short journal is replayed before the node says ready; a long one in the background. */
  async #soon(): Promise<void> {
    await new Promise<void>((resolve) => void this.parts.wheel.after(5_000, resolve));
  }

  /** A fenced boot ends its calls, and returns as another once they are journaled (R6). */
  async #leaveFenced(): Promise<void> {
    const { lease, book, journal } = this.parts;
    const open = [...book.open()];
    if (open.length > 0 && this.#fencedBeats++ < FENCED_BEATS_MAX) {
      return await endBillableCalls(this.parts, open);
    }
    this.#fencedBeats = 0;
    await journal.changeBoot(lease.restart());
    await this.#signLife();
    await lease.register(journal.predecessors);
  }

  /** All calls if others will close them; else those of tenants whose policy wants it (R17). */
  async #endWithoutDatabase(): Promise<void> {
    const { book, log, policies, lease, config } = this.parts;
    const open = [...book.open()];
    if (open.length === 0) return;
    if (await this.#cutOff.look(this.parts)) {
      log.error('only this node has lost the database: its calls end', { calls: open.length });
      return await endBillableCalls(this.parts, open);
    }
    if (lease.ageMs <= config.deadAfter) return;
    const strict = open.filter(
      ({ open: { side, tenantId } }) =>
        side === 'sale' && tenantId !== null && policies.awayOf(tenantId).databaseAway === 'refuse',
    );
    if (strict.length === 0) return;
    log.error('the database is away: calls end of tenants that have none without it', {
      calls: strict.length,
    });
    await endBillableCalls(this.parts, strict);
  }

  async #replayAfterFailover(): Promise<void> {
    const { journal, log } = this.parts;
    await this.#quietly('comparison of timelines', async () => {
      const isOther = await compareTimelines(this.#options.store, this.#options.directory);
      if (!isOther || this.#replaying !== undefined) return;
      const reopened = await journal.reopenSettled();
      log.warn('the database has another history: the last day is settled again', {
        segments: reopened.length,
      });
      await this.#begin();
    });
  }

  async #signLife(): Promise<void> {
    const { journal, time } = this.parts;
    const at = Math.round(time.now());
    journal.settled(await journal.append({ kind: 'beat', at }), 1);
  }

  #settled(answers: readonly CloseAnswer[]): void {
    const { book, policies } = this.parts;
    for (const { charge: id } of answers) {
      const charge = book.find(id);
      if (charge === undefined) continue;
      charge.isSettled = true;
      policies.seen(charge.open.tenantId ?? '', charge.unseenMicros);
      charge.unseenMicros = 0n;
      releaseAnswer(this.parts, charge);
      book.remove(id);
    }
  }

  async #quietly(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (fault) {
      this.parts.log.warn(`ledger: ${what} failed, and is tried again`, { fault: String(fault) });
    }
  }
}
