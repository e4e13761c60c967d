import type { VNode } from 'preact';
import { hrefOf } from '../../shell/place.ts';

/** The head of a call's page: which one, and the way back to the list. */
export function CallHead(props: {
  readonly id: string;
  /** The list that leads here. */
  readonly page: string;
  readonly back: string;
}): VNode {
  const { id, page, back } = props;
  return (
    <>
      <p class="way-back">
        <a href={hrefOf(page)}>‹ {back}</a>
      </p>
      <h1>
        Call <span class="mono">{id}</span>
      </h1>
    </>
  );
}
