import { withoutBrackets } from '../wire/host-port.ts';
import type { Via } from '../wire/via.ts';
import type { Flow, SendWatcher, TransportName } from './flow.ts';
import type { Listener } from './listener.ts';
import type { Target } from './target.ts';

/** Opens or finds a flow to a place, from the listener named. */
export type FlowFinder = (target: Target, listenerName: string) => Flow | undefined;

/**
 * The way back for the answers to a request that came on `flow` with `via` on top (RFC 3261
 * §18.2.2, RFC 3581 §4). `isSymmetric`: to the packet's source even if rport was not asked for.
 */
export function answerFlow(flow: Flow, via: Via, isSymmetric: boolean, findFlow: FlowFinder): Flow {
  if (flow.isReliable) {
    return flow.transport === 'ws' || flow.transport === 'wss'
      ? flow
      : new StreamAnswerFlow(flow, via.port, findFlow);
  }
  if (isSymmetric || via.params.has('rport')) return flow;
  const maddr = via.params.get('maddr');
  const port = via.port ?? 5060;
  // maddr is for multicast; anything else would let a stranger aim our answers at others.
  const address = maddr !== undefined && isMulticast(maddr) ? maddr : flow.remoteAddress;
  if (port === flow.remotePort && address === flow.remoteAddress) return flow;
  return findFlow({ transport: flow.transport, address, port }, flow.listener.name) ?? flow;
}

function isMulticast(address: string): boolean {
  const first = Number.parseInt(withoutBrackets(address), 10);
  return first >= 224 && first <= 239;
}

/** The connection a request came on and, once that is lost, a new one to Via's port. */
class StreamAnswerFlow implements Flow {
  readonly isReliable = true;
  readonly #port: number | undefined;
  readonly #findFlow: FlowFinder;
  #flow: Flow;

  constructor(flow: Flow, port: number | undefined, findFlow: FlowFinder) {
    this.#flow = flow;
    this.#port = port;
    this.#findFlow = findFlow;
  }

  get listener(): Listener {
    return this.#flow.listener;
  }

  get transport(): TransportName {
    return this.#flow.transport;
  }

  get remoteAddress(): string {
    return this.#flow.remoteAddress;
  }

  get remotePort(): number {
    return this.#flow.remotePort;
  }

  get connectionId(): number {
    return this.#flow.connectionId;
  }

  get isOpen(): boolean {
    return this.#flow.isOpen;
  }

  send(text: string, watcher?: SendWatcher): void {
    if (!this.#flow.isOpen) {
      const { transport, remoteAddress: address, listener } = this.#flow;
      const port = this.#port ?? (transport === 'tls' ? 5061 : 5060);
      this.#flow = this.#findFlow({ transport, address, port }, listener.name) ?? this.#flow;
    }
    this.#flow.send(text, watcher);
  }

  watch(watcher: SendWatcher): void {
    this.#flow.watch(watcher);
  }

  unwatch(watcher: SendWatcher): void {
    this.#flow.unwatch(watcher);
  }
}
