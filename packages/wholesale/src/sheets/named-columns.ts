import { COLUMN_NAMES, type Field } from './column-names.ts';
import type { NamedColumns } from './sheet-columns.ts';

/**
 * Reads what somebody says of a sheet's headings, `prefix=Zone,rate=Charge`; a text says what is
 * wrong with it. Undefined: nothing was said. Never throws.
 */
export function readNamedColumns(text: string | undefined): NamedColumns | string | undefined {
  if (text === undefined) return undefined;
  const named: Partial<Record<Field, string>> = {};
  for (const item of text.split(',')) {
    const at = item.indexOf('=');
    const field = item.slice(0, Math.max(0, at)).trim();
    const heading = item.slice(at + 1).trim();
    if (at < 1 || heading === '') return `expected prefix=Zone,rate=Charge, got ${item}`;
    if (!isField(field)) {
      return `there is no column "${field}"; there are ${Object.keys(COLUMN_NAMES).join(', ')}`;
    }
    named[field] = heading;
  }
  return named;
}

function isField(text: string): text is Field {
  return Object.hasOwn(COLUMN_NAMES, text);
}
