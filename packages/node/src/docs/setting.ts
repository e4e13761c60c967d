import { z } from '@tandem/engine';
import { wholeSchema } from '../conf/check-conf.ts';
import type { SectionDeclaration } from '../conf/section-declaration.ts';

/** One key of clustering.conf as its schema describes it. */
export interface Setting {
  readonly key: string;
  /** Such as `text`, `span` or `list`. */
  readonly type: string;
  readonly meaning: string;
  /** The default as it would be written in the file; empty: there is none. */
  readonly byDefault: string;
}

/** The settings of one section, in the order of its schema; `onFault`, which all plugins have, is left out. */
export function settingsOf(declaration: SectionDeclaration): readonly Setting[] {
  return Object.entries(wholeSchema(declaration).shape)
    .filter(([key]) => key !== 'onFault')
    .map(([key, schema]) => readSetting(key, schema as z.ZodType));
}

function readSetting(key: string, schema: z.ZodType): Setting {
  const text = schema.description ?? '';
  const colon = text.indexOf(':');
  const hasType = /^[a-z/]+$/.test(text.slice(0, Math.max(colon, 0)));
  const type = hasType ? text.slice(0, colon) : typeOf(schema);
  const meaning = hasType ? text.slice(colon + 1).trim() : text;
  return { key, type, meaning, byDefault: showDefault(schema, type) };
}

/** The type of a setting whose description does not say it. */
function typeOf(schema: z.ZodType): string {
  let inner: unknown = schema;
  while (inner instanceof z.ZodDefault || inner instanceof z.ZodOptional) inner = inner.unwrap();
  if (inner instanceof z.ZodNumber) return 'number';
  if (inner instanceof z.ZodEnum) return 'word';
  return inner instanceof z.ZodPipe ? 'list' : 'text';
}

function showDefault(schema: z.ZodType, type: string): string {
  const { def } = schema as z.ZodType & {
    readonly def: { readonly type: string; readonly defaultValue?: unknown };
  };
  // `prefault` holds what would stand in the file, `default` what it is read as.
  if (def.type !== 'default' && def.type !== 'prefault') return '';
  const value = def.defaultValue;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'number' && type === 'span') return showSpan(value);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** A span as `duration` reads it, in the largest unit that leaves no rest. */
function showSpan(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ] as const;
  const unit = units.find(([, unitMs]) => ms !== 0 && ms % unitMs === 0);
  if (ms === 0) return '0';
  return unit === undefined ? `${ms}ms` : `${ms / unit[1]}${unit[0]}`;
}
