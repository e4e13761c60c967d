import type { Flow, FlowDescription } from './flow.ts';
import type { Listener, TlsOptions } from './listener.ts';
import type { Target } from './target.ts';

/** One open socket, whatever its transport. */
export interface TransportListener {
  readonly identity: Listener;
  /** How long the oldest message that came has waited to be handled, ms; UDP only. */
  readonly waitedMs?: number;
  /** A flow to `target`: over UDP a pair of addresses, else an open or new connection. */
  flowTo(target: Target): Flow | undefined;
  /** The flow once described, if there is still one. */
  findFlow(description: FlowDescription): Flow | undefined;
  /** Ends at once the connections of the addresses that are meant. */
  closeFrom?(isMeant: (address: string) => boolean): void;
  /** Shows another certificate to connections from now on; throws on a broken one. TLS and WSS only. */
  renewTls?(tls: TlsOptions): void;
  /** Ends the socket and all its connections; resolves when nothing is left. */
  close(): Promise<void>;
}
