import { type TimerWheel, TandemError } from '@tandem/engine';
import {
  admitCalls,
  extendCalls,
  type ExtendRequest,
  type HoldAnswer,
  type HoldRequest,
} from '../books/admit-calls.ts';
import type { MoneyCaller } from '../books/money-caller.ts';
import { outcomeOf } from '@tandem/store';
import type { Haste } from '../haste.ts';
import { RequestBatcher } from './request-batcher.ts';
import type { Tombstones } from './tombstones.ts';

/** Requests in one round trip. */
const BATCH_MAX = 200;
/** Admission batches at the same time; extensions have a connection of their own. */
const ADMIT_FLIGHTS_MAX = 3;
/** Calls that may wait for admission: more would miss their deadline anyway. */
const WAITING_MAX = 10_000;

/** What holds are made through. */
export interface HoldsOptions {
  /** Connections for admissions, whose statements end before the deadline. */
  readonly admissions: MoneyCaller;
  /** A connection for extensions, which travel before admissions (money rule R11). */
  readonly extensions: MoneyCaller;
  readonly tombstones: Tombstones;
  readonly boot: () => string;
  readonly wheel: TimerWheel;
  readonly deadlineMs: number;
}

/**
 * Holds of this node, asked for in batches. Whatever goes wrong with an admission, whether it was
 * carried out is found out by nobody: it is given up under its own id, and the call refused.
 */
export class Holds {
  readonly #options: HoldsOptions;
  readonly #admissions: RequestBatcher<HoldRequest, HoldAnswer>;
  readonly #extensions: RequestBatcher<ExtendRequest, HoldAnswer>;

  constructor(options: HoldsOptions) {
    this.#options = options;
    const { wheel } = options;
    const keyOf = ({ charge }: { readonly charge: string }): string => charge;
    this.#admissions = new RequestBatcher<HoldRequest, HoldAnswer>({
      send: (requests) => admitCalls(options.admissions, options.boot(), requests),
      keyOf,
      batchMax: BATCH_MAX,
      flightsMax: ADMIT_FLIGHTS_MAX,
      waitingMax: WAITING_MAX,
      wheel,
    });
    this.#extensions = new RequestBatcher<ExtendRequest, HoldAnswer>({
      send: (requests) => extendCalls(options.extensions, options.boot(), requests),
      keyOf,
      batchMax: BATCH_MAX,
      flightsMax: 1,
      waitingMax: WAITING_MAX,
      wheel,
    });
  }

  /** Asks for a hold; what may be held in spite of a fault is released. @throws the store's fault */
  async admit(request: HoldRequest, haste: Haste = 'urgent'): Promise<HoldAnswer> {
    try {
      return await this.#withinDeadline(this.#admissions.ask(request, haste));
    } catch (fault) {
      const isUnsent = this.#admissions.forget(request);
      if (!isUnsent && outcomeOf(fault) === 'unknown') this.#options.tombstones.add(request);
      throw fault;
    }
  }

  /**
   * Asks for a hold for a call that goes on without one. Nothing is given up if no answer comes: the
   * same is asked again, and what is held already is the answer. @throws the store's fault
   */
  adopt(request: HoldRequest): Promise<HoldAnswer> {
    return this.#admissions.ask(request);
  }

  /** Asks for more; asking again is harmless. @throws the store's fault */
  extend(request: ExtendRequest): Promise<HoldAnswer> {
    return this.#extensions.ask(request);
  }

  #withinDeadline(asked: Promise<HoldAnswer>): Promise<HoldAnswer> {
    const { wheel, deadlineMs } = this.#options;
    return new Promise((resolve, reject) => {
      const stop = wheel.after(deadlineMs, () =>
        reject(new TandemError('STORE_CONNECTION_LOST', { reason: 'admission took too long' })),
      );
      asked.then(
        (answer) => {
          stop();
          resolve(answer);
        },
        (fault: unknown) => {
          stop();
          reject(fault);
        },
      );
    });
  }

  /** Gives a hold up. */
  release(request: Pick<HoldRequest, 'charge' | 'side' | 'tenantId' | 'trunkId'>): void {
    this.#options.tombstones.add(request);
  }
}
