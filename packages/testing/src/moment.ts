/** Something that happens once and can be waited for, before it or after. */
export class Moment<T = void> {
  readonly #promise: Promise<T>;
  #resolve: (value: T) => void = () => undefined;
  #isOver = false;

  constructor() {
    this.#promise = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Whether it has happened. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Waits for it; what is waited for again is given again. */
  wait(): Promise<T> {
    return this.#promise;
  }

  /** It happens; only the first time counts. */
  happen(value: T): void {
    this.#isOver = true;
    this.#resolve(value);
  }
}
