import { parseDecimal } from './characters.ts';
import { splitCommaList } from './comma-list.ts';
import { endOfQuoted, quote, unquote } from './quoted-string.ts';

/** What else a response has to say (RFC 3261 §20.43). */
export interface WarningValue {
  /** 300 to 399. */
  readonly code: number;
  /** Host or pseudonym of who added it. */
  readonly agent: string;
  readonly text: string;
}

/** Reads all Warning header values in order; broken ones are left out. */
export function parseWarnings(values: readonly string[]): WarningValue[] {
  const warnings: WarningValue[] = [];
  for (const element of values.flatMap(splitCommaList)) {
    const match = /^(\d{3})[ \t]+(\S+)[ \t]+(?=")/.exec(element);
    const textStart = match?.[0].length ?? 0;
    const code = parseDecimal(match?.[1] ?? '', 399);
    if (match?.[2] === undefined || code === undefined || code < 300) continue;
    if (endOfQuoted(element, textStart) !== element.length) continue;
    warnings.push({ code, agent: match[2], text: unquote(element.slice(textStart)) });
  }
  return warnings;
}

/** Writes one Warning value: `399 node1 "why"`. */
export function formatWarning(warning: WarningValue): string {
  return `${warning.code} ${warning.agent} ${quote(warning.text)}`;
}
