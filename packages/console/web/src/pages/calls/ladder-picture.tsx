import type { VNode } from 'preact';
import { toneOf } from '../../shell/state-mark.tsx';
import type { Ladder, LadderColumn, LadderRung } from './ladder.ts';

const COLUMN_WIDTH = 210;
const HEAD_HEIGHT = 54;
const RUNG_HEIGHT = 52;
const NAME_LENGTH_MAX = 26;

/** The ladder of a call's legs, as telephony draws calls: who speaks stands at the top. */
export function LadderPicture({ ladder }: { readonly ladder: Ladder }): VNode {
  const { columns, rungs } = ladder;
  const width = columns.length * COLUMN_WIDTH;
  const height = HEAD_HEIGHT + rungs.length * RUNG_HEIGHT + 16;
  const xOf = (id: string): number =>
    (columns.findIndex((column) => column.id === id) + 0.5) * COLUMN_WIDTH;
  return (
    <div class="ladder-frame" tabIndex={0} role="region" aria-label="Ladder of the legs">
      <svg
        class="ladder"
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={describe(ladder)}
      >
        <defs>
          {['good', 'busy', 'bad', 'quiet'].map((tone) => (
            <marker
              key={tone}
              id={`arrow-${tone}`}
              class={`arrow-${tone}`}
              viewBox="0 0 10 10"
              refX="9"
              refY="5"
              markerWidth="7"
              markerHeight="7"
              orient="auto"
            >
              <path d="M0 0 10 5 0 10z" />
            </marker>
          ))}
        </defs>
        {columns.map((column) => (
          <Vertical key={column.id} column={column} x={xOf(column.id)} height={height} />
        ))}
        {rungs.map((rung, index) => (
          <Rung
            key={rung.legs[0]!.id}
            rung={rung}
            from={xOf(rung.from)}
            to={xOf(rung.to)}
            y={HEAD_HEIGHT + (index + 0.7) * RUNG_HEIGHT}
          />
        ))}
      </svg>
    </div>
  );
}

function Vertical(props: { column: LadderColumn; x: number; height: number }): VNode {
  const { column, x, height } = props;
  const { kind, name } = column;
  const shown = name.length > NAME_LENGTH_MAX ? `${name.slice(0, NAME_LENGTH_MAX - 1)}…` : name;
  const boxWidth = COLUMN_WIDTH - 16;
  return (
    <g class={`ladder-${kind}`}>
      <title>{name}</title>
      <line x1={x} y1={40} x2={x} y2={height} />
      <rect x={x - boxWidth / 2} y={8} width={boxWidth} height={32} rx={kind === 'node' ? 6 : 16} />
      <text x={x} y={29}>
        {shown}
      </text>
    </g>
  );
}

function Rung(props: { rung: LadderRung; from: number; to: number; y: number }): VNode {
  const { rung, from, to, y } = props;
  const tone = toneOf(rung.state);
  const gap = from < to ? 4 : -4;
  return (
    <g class={`rung rung-${tone}`}>
      <title>{rung.legs.map(({ id }) => id).join(' = ')}</title>
      <line
        class={`rung-${rung.driver === 'nats' ? 'hop' : 'leg'}`}
        x1={from + gap}
        y1={y}
        x2={to - gap}
        y2={y}
        marker-end={`url(#arrow-${tone})`}
      />
      <text x={(from + to) / 2} y={y - 8}>
        {`${rung.driver} · ${rung.state}`}
      </text>
    </g>
  );
}

function describe({ columns, rungs }: Ladder): string {
  const nameOf = (id: string): string => columns.find((column) => column.id === id)?.name ?? '?';
  const said = rungs.map(
    ({ from, to, driver, state }) => `${nameOf(from)} to ${nameOf(to)} by ${driver}: ${state}`,
  );
  return said.length === 0 ? 'This call has no legs.' : `${said.join('; ')}.`;
}
