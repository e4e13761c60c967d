import type { Clock, StopTimer, TimerWheel } from '@tandem/engine';
import { contactUri, type Flow, type SipStack, withBrackets } from '@tandem/sip-stack';
import type { SipSettings } from '../config.ts';

interface KeptFlow {
  readonly flow: Flow;
  untilMs: number;
}

/** Slices into which one round of keep-alives is cut, so that they never go out all at once. */
const SLICES = 30;
const FLOWS_MAX = 200_000;

/**
 * Keeps the way to phones behind NAT open: each gets a few bytes, or OPTIONS, now and then, as
 * long as its registration lasts. One timer for all; phones that need none cost nothing.
 */
export class NatKeeper {
  readonly #kept = new Map<string, KeptFlow>();
  readonly #settings: () => SipSettings;
  #queue: string[] = [];
  #slice = 0;
  #stop: StopTimer | undefined;

  constructor(
    readonly stack: SipStack,
    readonly clock: Clock,
    readonly wheel: TimerWheel,
    settings: () => SipSettings,
  ) {
    this.#settings = settings;
  }

  /** Ways that are kept open now. */
  get size(): number {
    return this.#kept.size;
  }

  /** Keeps a flow open for as long as its registration lasts, ms. Beyond 200,000 it is left alone. */
  keep(flow: Flow, durationMs: number): void {
    const key = keyOf(flow);
    const untilMs = this.clock.monotonicMs() + durationMs;
    const known = this.#kept.get(key);
    if (known !== undefined) known.untilMs = Math.max(known.untilMs, untilMs);
    else if (this.#kept.size < FLOWS_MAX) this.#kept.set(key, { flow, untilMs });
    this.#start();
  }

  /** A flow has closed. */
  forget(flow: Flow): void {
    this.#kept.delete(keyOf(flow));
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#kept.clear();
  }

  #start(): void {
    const { natKeepAlive, natKeepAliveInterval } = this.#settings();
    if (this.#stop !== undefined || this.#kept.size === 0 || natKeepAlive === 'off') return;
    const sliceMs = Math.max(Math.floor(natKeepAliveInterval / SLICES), 100);
    this.#stop = this.wheel.after(sliceMs, () => {
      this.#stop = undefined;
      this.#sendSlice();
      this.#start();
    });
  }

  // The queue is one round over all that were there when it began.
  #sendSlice(): void {
    if (this.#slice === 0) this.#queue = [...this.#kept.keys()];
    const count = Math.ceil(this.#queue.length / (SLICES - this.#slice));
    this.#slice = (this.#slice + 1) % SLICES;
    const nowMs = this.clock.monotonicMs();
    for (const key of this.#queue.splice(0, count)) {
      const kept = this.#kept.get(key);
      if (kept === undefined) continue;
      if (kept.untilMs <= nowMs || !kept.flow.isOpen) this.#kept.delete(key);
      else this.#send(kept.flow);
    }
  }

  #send(flow: Flow): void {
    if (this.#settings().natKeepAlive === 'crlf') {
      // RFC 5626 §3.5.1: two line ends, the smallest thing that a phone throws away unread.
      flow.send('\r\n\r\n');
      return;
    }
    const remote = `sip:${withBrackets(flow.remoteAddress)}:${flow.remotePort}`;
    const own = `<${contactUri(flow.listener)}>`;
    this.stack.sendRequest(
      { method: 'OPTIONS', uri: remote, from: own, to: `<${remote}>`, path: { flow } },
      // Whatever the phone says, the packet has done its work.
      { onFinal: () => undefined, onFailed: () => undefined },
    );
  }
}

function keyOf(flow: Flow): string {
  return `${flow.listener.name};${flow.remoteAddress};${flow.remotePort};${flow.connectionId}`;
}
