/** One line for the operator: what happened, and the details that tell where. */
export interface StoreLogLine {
  readonly level: 'info' | 'warning';
  readonly text: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Where the store's log lines go. It must not throw. */
export type StoreLog = (line: StoreLogLine) => void;

/** The log of those who want none. */
export const silentLog: StoreLog = () => undefined;
