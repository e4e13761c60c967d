import type { ComponentChildren, VNode } from 'preact';

/** One number that matters, with its name and a word beside it. */
export function Tile(props: {
  readonly title: string;
  readonly value: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly tone?: 'plain' | 'warning' | 'alarm';
}): VNode {
  const { title, value, note, tone = 'plain' } = props;
  return (
    <div class={`tile tile-${tone}`}>
      <div class="tile-title">{title}</div>
      <div class="tile-value">{value}</div>
      <div class="tile-note">{note}</div>
    </div>
  );
}
