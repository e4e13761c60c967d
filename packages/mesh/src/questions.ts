import { TandemError, type TimerOwner, type TimerWheel, WheelTimer } from '@tandem/engine';
import { type Envelope, PartCollector } from './envelope.ts';

/** Questions that may be open at one time. */
const OPEN_MAX = 10_000;

interface Listener {
  /** An answer; true if no further one is awaited. */
  onAnswer(from: string, envelope: Envelope): boolean;
  onTimeout(): void;
  /** Nobody listens where the question went. */
  onNobody(): void;
}

/**
 * Our own correlation of answers with questions: one inbox for all and timers on the wheel,
 * three times as fast as the client's request method.
 */
export class Questions {
  readonly #wheel: TimerWheel;
  readonly #open = new Map<string, Question>();
  #counter = 0;

  constructor(wheel: TimerWheel) {
    this.#wheel = wheel;
  }

  /** Questions that wait for an answer now. */
  get open(): number {
    return this.#open.size;
  }

  /** Opens a question; the id goes out with it. @throws TandemError MESH_TOO_BUSY */
  begin(timeoutMs: number, listener: Listener): string {
    if (this.#open.size >= OPEN_MAX) throw new TandemError('MESH_TOO_BUSY', { open: OPEN_MAX });
    const id = (++this.#counter).toString(36);
    const question = new Question(listener, () => void this.#open.delete(id));
    this.#open.set(id, question);
    this.#wheel.start(question.timer, timeoutMs);
    return id;
  }

  /** Hands an answer to its question; one that is no longer open is dropped. */
  answer(id: string, from: string, envelope: Envelope): void {
    const question = this.#open.get(id);
    if (question === undefined) return;
    const whole = envelope.kind === 'part' ? question.collect(from, envelope) : envelope;
    if (whole !== undefined && question.listener.onAnswer(from, whole)) this.end(id);
  }

  /** The transport says that nobody listens where the question went. */
  nobody(id: string): void {
    const question = this.#open.get(id);
    if (question === undefined) return;
    this.end(id);
    question.listener.onNobody();
  }

  /** Closes a question that is no longer of interest. */
  end(id: string): void {
    const question = this.#open.get(id);
    if (question === undefined) return;
    this.#open.delete(id);
    this.#wheel.stop(question.timer);
  }
}

class Question implements TimerOwner {
  readonly timer = new WheelTimer(this);
  readonly listener: Listener;
  readonly #forget: () => void;
  #collectors: Map<string, PartCollector> | undefined;

  constructor(listener: Listener, forget: () => void) {
    this.listener = listener;
    this.#forget = forget;
  }

  onTimer(): void {
    this.#forget();
    this.listener.onTimeout();
  }

  /** The whole envelope once all of its parts came; nonsense is passed over until the timeout. */
  collect(from: string, part: Envelope & { kind: 'part' }): Envelope | undefined {
    const collectors = (this.#collectors ??= new Map());
    let collector = collectors.get(from);
    if (collector === undefined) collectors.set(from, (collector = new PartCollector()));
    const whole = collector.add(part);
    return whole === 'broken' ? undefined : whole;
  }
}
