import { z } from '@tandem/engine';
import { currencyItem } from '../apply/item-values.ts';
import { COLUMN_NAMES, type Field } from '../sheets/column-names.ts';
import type { ImportOptions } from './import-deck.ts';

/** What a column may hold. */
const FIELDS = Object.keys(COLUMN_NAMES) as [Field, ...Field[]];

const increment = z.number().int().min(0).max(86_400);

/** A sheet as it comes by HTTP: its bytes in base64, since sheets come in any encoding. */
const importRequest = z.strictObject({
  sheet: z.base64(),
  file: z.string().max(255).default('sheet'),
  kind: z.enum(['sell', 'buy']),
  currency: currencyItem.default('USD'),
  effective: z.union([z.number().int(), z.iso.datetime({ offset: true })]).optional(),
  first: increment.optional(),
  next: increment.optional(),
  dateOrder: z.enum(['dayFirst', 'monthFirst']).optional(),
  decimal: z.enum(['.', ',']).optional(),
  delimiter: z.string().length(1).optional(),
  jurisdiction: z.enum(['interstate', 'intrastate', 'indeterminate', 'highest']).optional(),
  columns: z.partialRecord(z.enum(FIELDS), z.string().max(255)).optional(),
  complete: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  goOn: z.boolean().default(false),
  progress: z.boolean().default(false),
});

/** A body of `POST /decks/{name}/import`. */
export type ImportRequest = z.input<typeof importRequest>;

/** A request that was read, or where it is wrong and why. */
export type ReadImport =
  | {
      readonly sheet: Uint8Array;
      readonly options: ImportOptions;
      /** The answer is wanted line by line. */
      readonly isProgressWanted: boolean;
    }
  | { readonly where: string; readonly message: string };

/** Reads the body of a request. Never throws. */
export function readImportRequest(
  body: unknown,
  told: { readonly deck: string; readonly actor: string; readonly at: number },
): ReadImport {
  const read = importRequest.safeParse(body ?? {});
  if (!read.success) {
    const [issue] = read.error.issues;
    return { where: issue?.path.join('.') ?? '', message: issue?.message ?? 'expected a sheet' };
  }
  const { sheet, file, kind, currency, effective, ...rest } = read.data;
  const { complete, dryRun, goOn, first, next, dateOrder, decimal, delimiter } = rest;
  const { jurisdiction, progress, columns } = rest;
  const effectiveAt = typeof effective === 'string' ? Date.parse(effective) : effective;
  return {
    sheet: Buffer.from(sheet, 'base64'),
    isProgressWanted: progress,
    options: {
      ...told,
      file,
      kind,
      newCurrency: currency,
      isComplete: complete,
      isDryRun: dryRun,
      goesOn: goOn,
      ...(effectiveAt !== undefined && { effectiveAt }),
      ...(first !== undefined && { firstSeconds: first }),
      ...(next !== undefined && { nextSeconds: next }),
      ...(dateOrder !== undefined && { dateOrder }),
      ...(decimal !== undefined && { decimalMark: decimal }),
      ...(delimiter !== undefined && { delimiter }),
      ...(jurisdiction !== undefined && { jurisdiction }),
      ...(columns !== undefined && { columns }),
    },
  };
}

/** The body that asks a node for an import with these options. */
export function writeImportRequest(sheet: Uint8Array, options: ImportOptions): ImportRequest {
  return {
    sheet: Buffer.from(sheet).toString('base64'),
    file: options.file,
    kind: options.kind,
    currency: options.newCurrency,
    effective: options.effectiveAt,
    first: options.firstSeconds,
    next: options.nextSeconds,
    dateOrder: options.dateOrder,
    decimal: options.decimalMark === 'mixed' ? undefined : options.decimalMark,
    delimiter: options.delimiter,
    jurisdiction: options.jurisdiction,
    columns: options.columns,
    complete: options.isComplete,
    dryRun: options.isDryRun,
    goOn: options.goesOn,
    progress: options.onProgress !== undefined,
  };
}
