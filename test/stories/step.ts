/** One step of a story, as one of its two sides plays it. */
export type Step =
  | SendStep
  | AnswerStep
  | HearStep
  /** Nothing is said for so long, ms; what comes meanwhile is unexpected. */
  | { readonly pauseMs: number };

/** A request goes out: the first INVITE, or within the dialog. */
export interface SendStep {
  readonly send: 'INVITE' | 'ACK' | 'BYE' | 'CANCEL' | 'PRACK' | 'UPDATE' | 'INFO';
  /** A description, told apart by its name; absent: none. */
  readonly sdp?: string;
  /** Another body, with its type. */
  readonly body?: readonly [type: string, text: string];
  readonly headers?: readonly string[];
  /** With the branch of the last INVITE: its repeat, its CANCEL, the ACK of a refusal. */
  readonly isSameBranch?: boolean;
  /** Default: that of the last INVITE for ACK and CANCEL, else one more than any before. */
  readonly cseq?: number;
}

/** An answer to the last request that was heard, or with `to: 'INVITE'` to the last INVITE. */
export interface AnswerStep {
  readonly answer: string;
  readonly to?: 'INVITE';
  readonly sdp?: string;
  readonly headers?: readonly string[];
  /** To-tag, where it is to differ from the phone's usual one. */
  readonly tag?: string;
  /** It is repeated until it is acknowledged. */
  readonly isRepeated?: boolean;
}

/** A header that must match; `body` for the body. */
export type Match = readonly [header: string, pattern: string];

/** A message must come next. */
export interface HearStep {
  /** A method, or a status. */
  readonly hear: string | number;
  readonly isOptional?: boolean;
  readonly matches?: readonly Match[];
  /** Headers that must not be there. */
  readonly lacks?: readonly string[];
}
