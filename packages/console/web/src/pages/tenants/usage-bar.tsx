import type { VNode } from 'preact';
import { formatCount } from '../../format/quantity.ts';

/** From this part of a limit on, somebody should look. */
const NEARLY_FULL = 0.8;

/** How much of a limit is in use: `12 of 30`, with a bar; without a limit only the number. */
export function UsageBar(props: {
  readonly used: number | null;
  readonly limit: number | null;
}): VNode {
  const { used, limit } = props;
  if (used === null) return <span class="muted">–</span>;
  if (limit === null || limit === 0) {
    return (
      <span>
        {formatCount(used)} <span class="muted">of any</span>
      </span>
    );
  }
  const part = Math.min(1, used / limit);
  const tone = part >= 1 ? 'bad' : part >= NEARLY_FULL ? 'busy' : 'good';
  return (
    <span class="usage">
      {formatCount(used)} of {formatCount(limit)}
      <meter class={`usage-bar usage-${tone}`} min={0} max={limit} value={Math.min(used, limit)}>
        {Math.round(part * 100)} %
      </meter>
    </span>
  );
}
