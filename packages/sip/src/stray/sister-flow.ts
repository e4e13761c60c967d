import type { Bus } from '@tandem/engine';
import type { NodeIdentity } from '@tandem/messages';
import type { Flow, Listener, SendWatcher, TransportName } from '@tandem/sip-stack';

/** The way to a peer whose request came by another node. */
export interface SisterFlowParts {
  readonly bus: Bus;
  /** The node that got it. */
  readonly via: NodeIdentity;
  /** The flow as that node writes it. */
  readonly written: string;
  /** Of our own, of the same transport where there is one. */
  readonly listener: Listener;
  readonly isReliable: boolean;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/**
 * The flow of a request that a sister node passed on: what is sent goes back over the bus and
 * leaves by the socket on which the request arrived. Nothing is kept at either end.
 */
export class SisterFlow implements Flow {
  readonly connectionId = 0;
  readonly isOpen = true;
  readonly isReliable: boolean;
  readonly listener: Listener;
  readonly transport: TransportName;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly #parts: SisterFlowParts;

  constructor(parts: SisterFlowParts) {
    this.#parts = parts;
    this.isReliable = parts.isReliable;
    this.listener = parts.listener;
    this.transport = parts.listener.transport;
    this.remoteAddress = parts.remoteAddress;
    this.remotePort = parts.remotePort;
  }

  send(text: string, watcher?: SendWatcher): void {
    void this.#send(text, watcher);
  }

  watch(): void {
    // No connection of ours could be lost.
  }

  unwatch(): void {
    // See watch.
  }

  async #send(text: string, watcher: SendWatcher | undefined): Promise<void> {
    const { bus, via, written } = this.#parts;
    try {
      await bus.tell('sip.return', { text, flow: written }, { to: via });
    } catch (fault) {
      watcher?.onSendFailed(fault instanceof Error ? fault : new Error(String(fault)));
    }
  }
}
