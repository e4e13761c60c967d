import type { Clock } from '@tandem/engine';
import type { CliCommand } from '@tandem/messages';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename } from 'node:path';
import { currencyItem } from '../apply/item-values.ts';
import { textArgument } from './argument.ts';
import type { ImportOptions, ImportReport } from '../import/import-deck.ts';
import type { ImportProgress } from '../import/import-progress.ts';
import { readNamedColumns } from '../sheets/named-columns.ts';
import { describeFinding } from '../sheets/finding.ts';

type Printer = Parameters<CliCommand['run']>[1];

/** Findings of each severity that a person is shown; a program gets all that are kept. */
const SHOWN_MAX = 20;
/** Progress is told in steps of this share. */
const PROGRESS_STEP = 0.1;

/** Brings a sheet into a deck: by the database, or by a node. */
export type ImportSheet = (sheet: Uint8Array, options: ImportOptions) => Promise<ImportReport>;

/** `tandem deck import FILE`: a carrier's rate sheet into a deck, with what it changes. */
export function deckImportCommand(importSheet: ImportSheet, clock: Clock): CliCommand {
  return {
    command: 'deck import <file>',
    describe: 'bring a rate sheet into a deck, and show what it changes',
    options: {
      deck: { type: 'string', describe: 'name of the deck', demandOption: true },
      kind: {
        type: 'string',
        describe: 'what a tenant pays, or what a carrier costs',
        choices: ['sell', 'buy'],
        demandOption: true,
      },
      currency: { type: 'string', describe: 'of a new deck', default: 'USD' },
      'dry-run': { type: 'boolean', describe: 'show all, write nothing', default: false },
      'go-on': { type: 'boolean', describe: 'leave wrong rows out', default: false },
      complete: {
        type: 'boolean',
        describe: 'the sheet is the whole price list: close what it does not name',
        default: false,
      },
      effective: { type: 'string', describe: 'begin of rates without a date, ISO 8601' },
      first: { type: 'number', describe: 'first increment where the sheet has none, seconds' },
      next: { type: 'number', describe: 'further increments where it has none, seconds' },
      'date-order': {
        type: 'string',
        describe: 'of 8/9/2026',
        choices: ['dayFirst', 'monthFirst'],
      },
      decimal: { type: 'string', describe: 'mark of decimals', choices: ['.', ','] },
      delimiter: { type: 'string', describe: 'between cells' },
      columns: {
        type: 'string',
        describe: 'headings that are not understood by themselves: prefix=Zone,rate=Charge',
      },
      jurisdiction: {
        type: 'string',
        describe: 'which rate of a US sheet',
        choices: ['interstate', 'intrastate', 'indeterminate', 'highest'],
      },
    },
    async run(args, print) {
      const isJson = args['json'] === true;
      const options = readOptions(args, clock.now(), isJson ? undefined : progressOf(print));
      if (typeof options === 'string') return say(print, options, 2);
      let source: Buffer;
      try {
        source = await readFile(fileOf(args));
      } catch (fault) {
        return say(print, `${fileOf(args)}: ${(fault as Error).message}`, 2);
      }
      const report = await importSheet(source, options);
      if (isJson) print.json(report);
      else show(report, options.isDryRun, print);
      return report.stopped === null ? 0 : 1;
    },
  };
}

function fileOf(args: Readonly<Record<string, unknown>>): string {
  return textArgument(args, 'file') ?? '';
}

function say(print: Printer, message: string, code: number): number {
  print.error(message);
  return code;
}

/** The options, or what is wrong with them. */
function readOptions(
  args: Readonly<Record<string, unknown>>,
  at: number,
  onProgress: ImportOptions['onProgress'],
): ImportOptions | string {
  const effective = textArgument(args, 'effective');
  const effectiveAt = effective === undefined ? undefined : Date.parse(effective);
  if (Number.isNaN(effectiveAt)) return `--effective: expected ISO 8601, got ${effective}`;
  const currency = currencyItem.safeParse(args['currency']);
  if (!currency.success) return `--currency: ${currency.error.issues[0]?.message}`;
  const columns = readNamedColumns(textArgument(args, 'columns'));
  if (typeof columns === 'string') return `--columns: ${columns}`;
  const given = <T>(key: keyof ImportOptions, value: unknown): Partial<ImportOptions> =>
    value === undefined ? {} : { [key]: value as T };
  return {
    file: basename(fileOf(args)),
    deck: textArgument(args, 'deck') ?? '',
    kind: args['kind'] === 'buy' ? 'buy' : 'sell',
    newCurrency: currency.data,
    at,
    isComplete: args['complete'] === true,
    isDryRun: args['dry-run'] === true,
    goesOn: args['go-on'] === true,
    actor: `cli:${userInfo().username}`,
    ...given('effectiveAt', effectiveAt),
    ...given('firstSeconds', args['first']),
    ...given('nextSeconds', args['next']),
    ...given('dateOrder', args['date-order']),
    ...given('decimalMark', args['decimal']),
    ...given('delimiter', args['delimiter']),
    ...given('jurisdiction', args['jurisdiction']),
    ...given('columns', columns),
    ...given('onProgress', onProgress),
  };
}

function progressOf(print: Printer): (progress: ImportProgress) => void {
  let told: ImportProgress = { stage: 'read', share: 0 };
  return ({ stage, share }) => {
    if (share - (stage === told.stage ? told.share : 0) < PROGRESS_STEP) return;
    told = { stage, share };
    const done = Math.round(share * 20);
    const bar = `[${'#'.repeat(done)}${'.'.repeat(20 - done)}]`;
    print.error(`${bar} ${Math.round(share * 100)} % ${stage}`);
  };
}

function show(report: ImportReport, isDryRun: boolean, print: Printer): void {
  for (const severity of ['error', 'warning', 'notice'] as const) {
    const found = report.findings.filter((finding) => finding.severity === severity);
    for (const finding of found.slice(0, SHOWN_MAX)) {
      print.line(`${severity}: ${describeFinding(finding)}`);
    }
    const more = report.counts[severity] - Math.min(found.length, SHOWN_MAX);
    if (more > 0) print.line(`${severity}: ${more} more; all with --json`);
  }
  const { deck, rows, leftOut, up, down, closed, unchanged, version, stopped } = report;
  print.line(`${rows} rows, ${leftOut} left out`);
  print.line(`${report.new} new, ${up} up, ${down} down, ${closed} closed, ${unchanged} unchanged`);
  if (stopped !== null) print.error(`nothing was written: ${stopped}`);
  else if (isDryRun) print.line('dry run: nothing was written');
  else print.line(`deck ${deck} is at version ${version}`);
}
