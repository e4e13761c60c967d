/** Bounds of one stack; beyond each of them new work is refused and running work goes on. */
export interface StackLimits {
  /**
   * Transactions at once, lingering ones counted; above: new requests get 503, new ones of ours
   * fail. Those within dialogs pass: a call that cannot be ended would be worse.
   * One that lingers holds 2.2 kB; a call carried from one leg to another leaves four.
   */
  readonly transactionsMax: number;
  /** Requests of peers that wait for a final answer at once; above: new ones get 503. */
  readonly unansweredMax: number;
  /** Dialogs at once; above: a new INVITE gets 503. */
  readonly dialogsMax: number;
  /**
   * An INVITE that rings without news for longer is given up: ours is cancelled, one of a peer
   * refused 480. Users have shorter limits of their own; this one catches what they forget.
   */
  readonly proceedingMaxMs: number;
  /** Connections to all stream listeners together; above: closed at once. */
  readonly connectionsMax: number;
  /** Connections from one address; above: closed at once. */
  readonly connectionsPerAddressMax: number;
  /** A connection that brings nothing, not even a keep-alive, is closed after this. */
  readonly connectionIdleMs: number;
  /** An accepted TCP or TLS connection that has not brought one message by then is closed. */
  readonly connectionSilentMs: number;
  /** How often a sign of life goes out on a connection of ours (RFC 5626 §4.4.1); Infinity: never. */
  readonly keepAliveMs: number;
  /** How long a peer that answers signs of life may take for it before the connection counts as lost. */
  readonly pongMs: number;
  /** A connection of ours that is kept by signs of life alone is closed after this. */
  readonly connectionKeptMs: number;
  /** How long a connection of ours may take to come up. */
  readonly connectTimeoutMs: number;
  /** Bytes that may wait in one connection for a slow reader; above: it is closed. */
  readonly connectionBacklogBytesMax: number;
  /** Bytes of UDP receive buffer asked from the system. */
  readonly receiveBufferBytes: number;
  /**
   * Bytes of a request above which it goes by TCP where the peer takes it, though its URI says UDP
   * (RFC 3261 §18.1.1). Infinity leaves all to UDP.
   */
  readonly datagramBytesMax: number;
  /** How long such a connection may take to come up before the request goes by UDP after all. */
  readonly streamInsteadConnectMs: number;
  /** How long the resolver may take before the request fails. */
  readonly resolveTimeoutMs: number;
}

/** Bounds for a node that carries a thousand calls a second. */
export const defaultStackLimits: StackLimits = {
  transactionsMax: 250_000,
  unansweredMax: 50_000,
  dialogsMax: 200_000,
  proceedingMaxMs: 900_000,
  connectionsMax: 20_000,
  connectionsPerAddressMax: 1_000,
  connectionIdleMs: 600_000,
  connectionSilentMs: 32_000,
  keepAliveMs: 100_000,
  pongMs: 10_000,
  // Longer than the hour that a registration of ours usually lasts.
  connectionKeptMs: 4_000_000,
  connectTimeoutMs: 5_000,
  connectionBacklogBytesMax: 4_194_304,
  receiveBufferBytes: 8_388_608,
  datagramBytesMax: 1_300,
  streamInsteadConnectMs: 1_000,
  resolveTimeoutMs: 5_000,
};
