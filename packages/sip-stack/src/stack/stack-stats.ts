/** What lives in a stack now; all zero 33 s after the last call. */
export interface StackGauges {
  readonly inviteServers: number;
  readonly requestServers: number;
  readonly inviteClients: number;
  readonly requestClients: number;
  /** Requests of peers that wait for our final answer. */
  readonly unanswered: number;
  /** Early and confirmed dialogs. */
  readonly dialogs: number;
  /** Ended dialogs whose key still answers repeats. */
  readonly endedDialogs: number;
  /** 2xx and reliable 1xx being repeated. */
  readonly unacknowledgedAnswers: number;
  /** Timers running on the wheel; of others too if the wheel is shared. */
  readonly timers: number;
  readonly connections: number;
  readonly listeners: number;
}

/** What has happened since the stack began; only ever rises. */
export interface StackCounters {
  /** Messages by direction and kind: key is the method, or the class of the status as `2xx`. */
  readonly received: Readonly<Record<string, number>>;
  readonly sent: Readonly<Record<string, number>>;
  /** Input that was no SIP, by the parser's kind. */
  readonly malformed: Readonly<Record<string, number>>;
  /**
   * Messages thrown away by reason: `stray-ack`, `stray-response`, `admission`, `screened`, `banned`,
   * `rate-limited`, `backlog`, `answered-twice`…
   */
  readonly dropped: Readonly<Record<string, number>>;
  /** New requests answered 503 without a transaction: `overload`, `full`, `not-ready`, or the `repeat` of one. */
  readonly refused: Readonly<Record<string, number>>;
  readonly repeatsReceived: number;
  readonly repeatsSent: number;
  readonly keepAlives: number;
  /** Signs of life that we sent on connections of ours. */
  readonly keepAlivesSent: number;
  readonly sendFailures: number;
  readonly connectionsOpened: number;
  readonly connectionsRefused: number;
}

/** What the guard of a stack holds and has done. */
export interface GuardStats {
  /** Addresses whose messages are being counted. */
  readonly sources: number;
  readonly banned: number;
  /** Bans made since the stack began. */
  readonly bansMade: number;
}

/** Who listens in, and what became of the copies for HOMER. */
export interface TraceStats {
  readonly taps: number;
  readonly hepSent: number;
  readonly hepDropped: number;
}

/** One reading of everything. */
export interface StackStats {
  readonly gauges: StackGauges;
  readonly counters: StackCounters;
  readonly guard: GuardStats;
  readonly trace: TraceStats;
}
