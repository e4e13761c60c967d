import type { ComponentChildren, VNode } from 'preact';

/** One number that matters, with its name and a word beside it. */
export function Tile(props: {
  readonly title: string;
  readonly value: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly isAlarm?: boolean;
}): VNode {
  const { title, value, note, isAlarm = false } = props;
  return (
    <div class={isAlarm ? 'tile tile-alarm' : 'tile'}>
      <div class="tile-title">{title}</div>
      <div class="tile-value">{value}</div>
      <div class="tile-note">{note}</div>
    </div>
  );
}
