import type { TraceLine } from '@tandem/messages';

/** A line of a trace, and the node that heard it. */
export interface NodeTraceLine extends TraceLine {
  readonly node: string;
}

/** Ends that get a column of their own; messages of others are listed without an arrow. */
const ENDS_MAX = 8;
const COLUMN_CHARS = 26;

/**
 * A trace as the trade draws it: a column for each end, an arrow for each message, in order of
 * time. Each node's own clock counts.
 *
 *   10.0.0.1:5060             node1                     10.0.0.2:5060
 *   │──INVITE bob────────────>│                         │              12:00:00.000
 */
export function renderLadder(lines: readonly NodeTraceLine[]): string {
  const ends = endsOf(lines);
  const head = ends
    .map((end) => fit(end, COLUMN_CHARS))
    .join('')
    .trimEnd();
  const rows = lines.map((line) => row(line, ends));
  return [head, ...rows, ''].join('\n');
}

/** `INVITE bob` for a request, `180 Ringing` for an answer, with the method it is about. */
export function summaryOf(text: string): string {
  const [start = ''] = text.split(/\r?\n/, 1);
  const answer = /^SIP\/2\.0 (\d{3}) ?(.*)$/.exec(start);
  const cseq = /^CSeq[ \t]*:[ \t]*(\d+)[ \t]+(\S+)/im.exec(text);
  if (answer !== null) return printable(`${answer[1]} ${answer[2]} (${cseq?.[2] ?? '?'})`);
  const [method = '', uri = ''] = start.split(' ');
  const hasSdp = /^Content-Type[ \t]*:[ \t]*application\/sdp/im.test(text);
  return printable(
    `${method} ${uri.replace(/^sips?:/, '').split('@', 1)[0]}${hasSdp ? ' +SDP' : ''}`,
  );
}

// Each node stands beside the peer that it was heard with first.
function endsOf(lines: readonly NodeTraceLine[]): string[] {
  const ends: string[] = [];
  for (const { direction, remote, node } of lines) {
    const pair = direction === 'in' ? [remote, node] : [node, remote];
    for (const end of pair) if (!ends.includes(end) && ends.length < ENDS_MAX) ends.push(end);
  }
  return ends;
}

function row(line: NodeTraceLine, ends: readonly string[]): string {
  const { direction, remote, node, at, text, transport } = line;
  const [from, to] = direction === 'in' ? [remote, node] : [node, remote];
  const label = summaryOf(text);
  const left = Math.min(ends.indexOf(from), ends.indexOf(to));
  const right = Math.max(ends.indexOf(from), ends.indexOf(to));
  const note = `  ${clock(at)} ${transport}`;
  if (left < 0 || left === right) return `${from} -> ${to}  ${label}${note}`;
  const width = (right - left) * COLUMN_CHARS - 1;
  const isRightward = ends.indexOf(to) === right;
  const named = `${isRightward ? '──' : '<─'}${label.slice(0, width - 3)}`;
  const arrow = isRightward ? `${named.padEnd(width - 1, '─')}>` : named.padEnd(width, '─');
  const before = ends
    .slice(0, left)
    .map(() => '│'.padEnd(COLUMN_CHARS))
    .join('');
  const after = ends
    .slice(right + 1)
    .map(() => `${' '.repeat(COLUMN_CHARS - 1)}│`)
    .join('');
  return `${before}│${arrow}│${after}${note}`;
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}

function fit(text: string, chars: number): string {
  return text.slice(0, chars - 1).padEnd(chars);
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').trim();
}
