/** One event of the past, as it was sent. */
interface PastEvent {
  readonly number: number;
  readonly text: string;
}

/** Events and characters that are kept; what is older is gone. */
const EVENTS_MAX = 1_000;
const CHARACTERS_MAX = 524_288;

/**
 * The last events of a feed with their ids, `<boot>-<number>`: whoever comes back says which one
 * it had last, and is sent those after it.
 */
export class RecentEvents {
  readonly #boot: string;
  #events: PastEvent[] = [];
  #characters = 0;
  #number = 0;

  constructor(boot: string) {
    this.#boot = boot;
  }

  /** Keeps an event; `write` makes its text from its id. */
  add(write: (id: string) => string): string {
    const number = ++this.#number;
    const text = write(`${this.#boot}-${number}`);
    this.#events.push({ number, text });
    this.#characters += text.length;
    while (this.#events.length > EVENTS_MAX || this.#characters > CHARACTERS_MAX) {
      this.#characters -= this.#events.shift()!.text.length;
    }
    return text;
  }

  /** Texts of the events after that id; undefined: it is none of ours, or too old. */
  after(id: string): readonly string[] | undefined {
    const cut = id.lastIndexOf('-');
    const number = Number(id.slice(cut + 1));
    const oldest = this.#events[0]?.number ?? this.#number + 1;
    const isOurs = cut > 0 && id.slice(0, cut) === this.#boot && Number.isInteger(number);
    if (!isOurs || number < oldest - 1 || number > this.#number) return undefined;
    return this.#events.filter((event) => event.number > number).map(({ text }) => text);
  }

  /** Nobody has listened for long: what was kept is of no use, and later events are not kept. */
  forget(): void {
    this.#events = [];
    this.#characters = 0;
    // Whoever had the last one must not seem to have missed nothing since.
    this.#number++;
  }
}
