import type { VNode } from 'preact';
import type { NodeRow } from '../../api/node-row.ts';
import { formatCount, formatRate } from '../../format/quantity.ts';
import { hrefOf } from '../../shell/place.ts';
import { toneOf } from '../../shell/state-mark.tsx';
import { describeCluster, sightsOf, type Spot, spotsFor } from './sights.ts';

const WIDTH = 460;
/** Two nodes stand side by side and need no height. */
const HEIGHT_OF_TWO = 140;
const HEIGHT = 280;
const MARGIN = 62;
const RADIUS = 34;

/**
 * The cluster as its nodes see it: each line has two halves, and the half at a node shows how that
 * node sees the other one.
 */
export function ClusterPicture({ nodes }: { readonly nodes: readonly NodeRow[] }): VNode {
  const height = nodes.length > 2 ? HEIGHT : HEIGHT_OF_TWO;
  const spots = spotsFor(nodes.length, WIDTH, height, MARGIN);
  const spotOf = new Map(nodes.map(({ name }, index) => [name, spots[index]!]));
  return (
    <svg
      class="cluster-picture"
      viewBox={`0 0 ${WIDTH} ${height}`}
      role="img"
      aria-label={describeCluster(nodes)}
    >
      {sightsOf(nodes).map(({ from, to, state }) => (
        <HalfLine
          key={`${from} ${to}`}
          from={spotOf.get(from)!}
          to={spotOf.get(to)!}
          tone={state === 'unseen' ? 'unseen' : toneOf(state)}
          said={`${from} sees ${to}: ${state}`}
        />
      ))}
      {nodes.map((node) => (
        <NodeMark key={node.name} node={node} spot={spotOf.get(node.name)!} />
      ))}
    </svg>
  );
}

function HalfLine(props: { from: Spot; to: Spot; tone: string; said: string }): VNode {
  const { from, to, tone, said } = props;
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  return (
    <line class={`sight sight-${tone}`} x1={from.x} y1={from.y} x2={middle.x} y2={middle.y}>
      <title>{said}</title>
    </line>
  );
}

function NodeMark({ node, spot }: { node: NodeRow; spot: Spot }): VNode {
  const { name, state, calls, callsPerSecond } = node;
  const shown = name.length > 18 ? `${name.slice(0, 17)}…` : name;
  return (
    <a href={hrefOf('calls', '', { node: name })} class={`node-mark node-${toneOf(state)}`}>
      <title>{`${name}: ${state}, ${calls} calls, ${formatRate(callsPerSecond)} calls/s`}</title>
      <circle cx={spot.x} cy={spot.y} r={RADIUS} />
      <text class="node-calls" x={spot.x} y={spot.y + 2}>
        {state === 'dead' ? '✕' : formatCount(calls)}
      </text>
      <text class="node-unit" x={spot.x} y={spot.y + 17}>
        {state === 'dead' ? 'dead' : calls === 1 ? 'call' : 'calls'}
      </text>
      <text class="node-name" x={spot.x} y={spot.y + RADIUS + 17}>
        {state === 'up' || state === 'dead' ? shown : `${shown} · ${state}`}
      </text>
    </a>
  );
}
