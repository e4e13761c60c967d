import type { ApiClient } from '../api/api-client.ts';
import { objectOf, parseJson } from '../api/read-json.ts';
import type { PageClock } from '../clock/page-clock.ts';
import { SseParser, type StreamEvent } from './sse-parser.ts';

/** First and longest wait before the stream is opened again, ms. */
const REOPEN_AFTER_MS = 1_000;
const REOPEN_AFTER_MAX_MS = 15_000;

/** Who hears of events. */
export type EventListener = (event: StreamEvent) => void;

/**
 * What happens on the node that served the pages, as it happens. Without the stream pages still
 * poll: events only make them ask sooner.
 */
export class EventStream {
  readonly #client: ApiClient;
  readonly #clock: PageClock;
  readonly #listeners = new Set<EventListener>();
  readonly #onOpen: (isOpen: boolean) => void;
  #abort = new AbortController();
  #stopTimer: (() => void) | undefined;
  #failures = 0;
  /** The last event that was heard: what the node is asked to go on from. */
  #lastId = '';
  #wasOpen = false;

  constructor(client: ApiClient, clock: PageClock, onOpen: (isOpen: boolean) => void) {
    this.#client = client;
    this.#clock = clock;
    this.#onOpen = onOpen;
  }

  /** Opens the stream, and again whenever it ends. */
  start(): void {
    void this.#run();
  }

  /** Closes it for good. */
  stop(): void {
    this.#abort.abort();
    this.#stopTimer?.();
  }

  /** Hears every event until the answer is called. */
  listen(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    try {
      await this.#readAll(await this.#client.openEvents(signal, this.#lastId));
    } catch {
      // Refused, full or cut off: pages poll on, and the stream is tried again.
    }
    if (signal.aborted) return;
    this.#onOpen(false);
    const delayMs = Math.min(REOPEN_AFTER_MAX_MS, REOPEN_AFTER_MS * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 10);
    this.#stopTimer = this.#clock.after(delayMs, () => void this.#run());
  }

  async #readAll(stream: ReadableStream<Uint8Array>): Promise<void> {
    const parser = new SseParser();
    const decoder = new TextDecoder();
    const reader = stream.getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      for (const event of parser.read(decoder.decode(value, { stream: true }))) this.#tell(event);
    }
  }

  #tell(event: StreamEvent): void {
    if (event.id !== '') this.#lastId = event.id;
    if (event.type === 'hello') {
      this.#failures = 0;
      this.#onOpen(true);
      const isResumed = objectOf(parseJson(event.data))['isResumed'] === true;
      // Something was missed: pages look anew.
      if (this.#wasOpen && !isResumed) this.#tellAll({ ...event, type: 'lost' });
      this.#wasOpen = true;
    }
    this.#tellAll(event);
  }

  #tellAll(event: StreamEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
