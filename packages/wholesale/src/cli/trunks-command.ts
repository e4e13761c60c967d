import type { CliCommand } from '@tandem/messages';
import type { AskApi } from './route-test-command.ts';

/** A trunk as the API shows it, as far as it is listed. */
interface TrunkRow {
  readonly name: string;
  readonly direction: string;
  readonly address: string | null;
  readonly isActive: boolean;
  readonly seenBy: Readonly<Record<string, string>>;
  readonly registration: {
    readonly node: string | null;
    readonly state: string;
    readonly status?: number;
    readonly phrase?: string;
  } | null;
  readonly onNode: { readonly breaker: string; readonly calls: number } | null;
}

const HEAD = ['TRUNK', 'DIRECTION', 'STATE', 'REGISTERED', 'BREAKER', 'CALLS', 'ADDRESS'] as const;
/** Longer texts of others are cut: one must not widen the table for all. */
const CELL_LENGTH_MAX = 60;

/** `tandem trunks`: which are up, who registered them, and how the node that is asked sees them. */
export function trunksCommand(askApi: AskApi): CliCommand {
  return {
    command: 'trunks',
    describe: 'list trunks: whether they answer, which node registered them, breakers and calls',
    options: {},
    async run(args, print) {
      const rows: TrunkRow[] = [];
      let after: string | undefined = '';
      while (after !== undefined) {
        const { status, body } = await askApi(`/trunks?after=${encodeURIComponent(after)}`, args);
        const { trunks, nextCursor, error } = (body ?? {}) as {
          trunks?: readonly TrunkRow[];
          nextCursor?: string;
          error?: { message?: string };
        };
        if (status !== 200 || trunks === undefined) {
          print.error(error?.message ?? `the node answered ${status}`);
          return 1;
        }
        rows.push(...trunks);
        after = nextCursor;
      }
      if (args['json'] === true) print.json({ trunks: rows });
      else showTrunks(rows, (line) => print.line(line));
      return 0;
    },
  };
}

function showTrunks(rows: readonly TrunkRow[], line: (text: string) => void): void {
  const table = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  for (const row of table) {
    line(
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    );
  }
}

function cellsOf(row: TrunkRow): readonly string[] {
  return [
    row.name,
    row.direction,
    stateOf(row),
    registrationOf(row),
    row.onNode?.breaker ?? '-',
    String(row.onNode?.calls ?? 0),
    row.address ?? '-',
  ].map(cut);
}

/** `up` or `down` where all nodes say so, else who says what; `-` where nobody looks. */
function stateOf({ isActive, seenBy }: TrunkRow): string {
  if (!isActive) return 'inactive';
  const entries = Object.entries(seenBy);
  const states = new Set(entries.map(([, state]) => state));
  if (states.size === 0) return '-';
  if (states.size === 1) return [...states][0]!;
  return entries.map(([node, state]) => `${node}:${state}`).join(' ');
}

function registrationOf({ registration }: TrunkRow): string {
  if (registration === null) return '-';
  const { node, state, status, phrase } = registration;
  if (state === 'registered') return `by ${node}`;
  const why = state === 'failed' ? ` (${status} ${phrase})` : '';
  return node === null ? state : `${state} by ${node}${why}`;
}

// What could steer a terminal is left out: a carrier chose the phrase.
function cut(text: string): string {
  const plain = text.replaceAll(/\p{Cc}/gu, ' ');
  return plain.length > CELL_LENGTH_MAX ? `${plain.slice(0, CELL_LENGTH_MAX - 1)}…` : plain;
}
