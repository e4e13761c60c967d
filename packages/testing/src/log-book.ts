import type { Log, LogFields } from '@tandem/engine';

/** One line of a log, as a test looks at it. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly text: string;
  readonly fields: LogFields;
}

/** A log that keeps its lines instead of printing them. */
export class LogBook implements Log {
  /** What was written, in order; shared with the logs made by `with`. */
  readonly lines: LogLine[];
  readonly #fields: LogFields;

  constructor(lines: LogLine[] = [], fields: LogFields = {}) {
    this.lines = lines;
    this.#fields = fields;
  }

  debug(text: string, fields?: LogFields): void {
    this.#write('debug', text, fields);
  }

  info(text: string, fields?: LogFields): void {
    this.#write('info', text, fields);
  }

  warn(text: string, fields?: LogFields): void {
    this.#write('warn', text, fields);
  }

  error(text: string, fields?: LogFields): void {
    this.#write('error', text, fields);
  }

  with(fields: LogFields): Log {
    return new LogBook(this.lines, { ...this.#fields, ...fields });
  }

  #write(level: LogLine['level'], text: string, fields: LogFields = {}): void {
    this.lines.push({ level, text, fields: { ...this.#fields, ...fields } });
  }
}
