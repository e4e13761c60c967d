import type { Clock, Log, LogFields } from '@tandem/engine';
import { type Logger, pino } from 'pino';

/** From which importance on lines are written. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where a log goes, and what. */
export interface LogOptions {
  readonly node: string;
  readonly level: LogLevel;
  readonly clock: Clock;
  /** Takes one line at a time, with its line end. */
  readonly write: (line: string) => void;
}

/** A log of JSON lines: `{"level":"info","at":1767225600125,"node":"node1","text":"…"}`. */
export function createPinoLog({ node, level, clock, write }: LogOptions): Log {
  const logger = pino(
    {
      level,
      base: { node },
      messageKey: 'text',
      timestamp: () => `,"at":${clock.now()}`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  );
  return wrap(logger);
}

function wrap(logger: Logger): Log {
  const say =
    (level: LogLevel) =>
    (text: string, fields: LogFields = {}): void =>
      logger[level](fields, text);
  return {
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    with: (fields) => wrap(logger.child(fields)),
  };
}
