/** Fields of a log line; `call` and `node` are the ones operators search for. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log lines; a node prints them as JSON, tests collect them. */
export interface Log {
  debug(text: string, fields?: LogFields): void;
  info(text: string, fields?: LogFields): void;
  warn(text: string, fields?: LogFields): void;
  error(text: string, fields?: LogFields): void;
  /** A log whose every line carries `fields` too. */
  with(fields: LogFields): Log;
}

/** A log that keeps silent. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => silentLog,
};
