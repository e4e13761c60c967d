import { printable } from '../cli/printable.ts';

const LEVELS: Readonly<Record<string, string>> = { warn: 'WARN  ', error: 'ERROR ' };

/** A JSON line of the log in one line for people: `14:03:07.125 WARN  text  key=value`. */
export function readableLine(line: string): string {
  const { level, at, node, text, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const time = typeof at === 'number' ? new Date(at).toISOString().slice(11, 23) : '';
  const mark = LEVELS[String(level)] ?? '';
  const rest = Object.entries(fields).map(([key, value]) => `${key}=${show(value)}`);
  const shown = [`${time} ${String(node)} ${mark}${String(text)}`, ...rest].join('  ');
  return `${printable(shown)}\n`;
}

function show(value: unknown): string {
  return typeof value === 'string' && !/\s/.test(value) ? value : JSON.stringify(value);
}
