/** What lives in a stack now; all zero 33 s after the last call. */
export interface StackGauges {
  readonly inviteServers: number;
  readonly requestServers: number;
  readonly inviteClients: number;
  readonly requestClients: number;
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
  /** Messages thrown away by reason: `stray-ack`, `stray-response`, `admission`, `answered-twice`… */
  readonly dropped: Readonly<Record<string, number>>;
  readonly repeatsReceived: number;
  readonly repeatsSent: number;
  readonly keepAlives: number;
  readonly sendFailures: number;
  readonly connectionsOpened: number;
  readonly connectionsRefused: number;
}

/** One reading of everything. */
export interface StackStats {
  readonly gauges: StackGauges;
  readonly counters: StackCounters;
}
