import type { VNode } from 'preact';

/** One number of a call that people look for first, with its name above it. */
export function Sum({ title, value }: { readonly title: string; readonly value: string }): VNode {
  return (
    <div class="call-sum">
      <div class="tile-title">{title}</div>
      <div class="call-sum-value">{value}</div>
    </div>
  );
}
