/** Signals that a node listens to. */
export type NodeSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** What a program says and hears: the process, or a test in its place. */
export interface Terminal {
  /** Writes to standard output; what ends up in pipes. */
  out(text: string): void;
  /** Writes to standard error. */
  err(text: string): void;
  /** All of standard input. */
  readInput(): Promise<string>;
  /** Whether a person watches standard output. */
  readonly isWatched: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Hears of a signal; returns how to end that. */
  onSignal(signal: NodeSignal, listener: () => void): () => void;
  /** Hears of a fault that nobody caught: a bug. Returns how to end that. */
  onBug(listener: (fault: unknown) => void): () => void;
  /** Lets time pass between two looks at a node; the process stays alive meanwhile. */
  pause(ms: number): Promise<void>;
  /** Keeps the process though nothing else does; returns how to end that. */
  hold(): () => void;
  /** Ends the process though something still holds it, once `withinMs` has passed. */
  exitAfter(withinMs: number, code: number): void;
}
