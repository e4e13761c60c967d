import type { Bus } from '@tandem/engine';
import type { CdrParams, TraceLine, TracePart, TraceQuestion } from '@tandem/messages';
import {
  keep,
  type MessageTap,
  type SipStack,
  type TracedMessage,
  withBrackets,
} from '@tandem/sip-stack';
import { maskSecrets } from './mask-secrets.ts';

/** Messages of one trace at one node; with their texts it fits into one answer over the bus. */
const LINES_MAX = 500;
const BYTES_MAX = 400_000;
const TEXT_CHARS_MAX = 4_096;
/** Messages remembered until it is known whose they are: an INVITE comes before its call is. */
const RECENT_MAX = 256;
const CALLS_MAX = 64;
/** The tap's own bound: all messages of the node pass it, and few are kept. */
const HEARD_MAX = 50_000_000;

/** What a trace listens on. */
export interface CallTraceParts {
  readonly stack: SipStack;
  readonly bus: Bus;
  readonly question: TraceQuestion;
  /** Call-IDs of the legs that the call has at this node already. */
  readonly callIds: readonly string[];
}

/**
 * One trace at one node: the messages of a call, of calls of a number, or of an address, up to
 * its bounds. Whose a message is the records of the legs say, which name both call and Call-ID.
 */
export class CallTrace {
  readonly #question: TraceQuestion;
  readonly #tap: MessageTap;
  readonly #lines: TraceLine[] = [];
  readonly #recent: TracedMessage[] = [];
  readonly #callIds: Set<string>;
  readonly #billids = new Set<string>();
  #unwatch: (() => void) | undefined;
  #bytes = 0;
  #dropped = 0;

  /** @throws RangeError where too many taps run */
  constructor({ stack, bus, question, callIds }: CallTraceParts) {
    this.#question = question;
    this.#callIds = new Set(callIds);
    if (question.call !== '') this.#billids.add(question.call);
    this.#tap = stack.tap({
      ...(question.address !== '' && { address: question.address }),
      messagesMax: HEARD_MAX,
      durationMs: question.seconds * 1_000,
      onMessage: (message) => this.#hear(message),
      onEnd: () => this.#close(),
    });
    if (question.address === '') {
      this.#unwatch = bus.watch('call.cdr', ({ params }) => this.#learn(params as CdrParams));
    }
  }

  /** What it has heard so far. */
  get part(): TracePart {
    return { isOpen: this.#tap.isOpen, dropped: this.#dropped, lines: this.#lines };
  }

  /** Listens no more; what was heard stays. */
  end(): void {
    this.#tap.stop();
  }

  #close(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#recent.length = 0;
  }

  #hear(message: TracedMessage): void {
    const isMeant = this.#question.address !== '' || this.#callIds.has(message.callId);
    if (isMeant) this.#add(message);
    else if (this.#recent.push(message) > RECENT_MAX) this.#recent.shift();
  }

  // Each leg's first record says whose it is, and under which Call-ID it goes on the wire.
  #learn({ operation, billid, callId, caller, called, calledfull }: CdrParams): void {
    if (operation !== 'initialize' || callId === '') return;
    const { number } = this.#question;
    const isOfNumber =
      number !== '' && [caller, called, calledfull].some((x) => x.startsWith(number));
    if (!isOfNumber && !this.#billids.has(billid)) return;
    if (this.#callIds.size >= CALLS_MAX) return;
    if (this.#billids.size < CALLS_MAX) this.#billids.add(billid);
    this.#callIds.add(callId);
    const own = this.#recent.filter((message) => message.callId === callId);
    for (const message of own) this.#add(message);
  }

  #add({ at, direction, text, callId, flow, localAddress, localPort }: TracedMessage): void {
    const shown = maskSecrets(text.slice(0, TEXT_CHARS_MAX));
    this.#bytes += shown.length;
    if (this.#lines.length >= LINES_MAX || this.#bytes > BYTES_MAX) {
      this.#dropped++;
      return;
    }
    this.#lines.push({
      at,
      direction,
      transport: flow.transport,
      local: `${withBrackets(localAddress)}:${localPort}`,
      remote: `${withBrackets(flow.remoteAddress)}:${flow.remotePort}`,
      callId: keep(callId),
      text: keep(shown),
    });
  }
}
