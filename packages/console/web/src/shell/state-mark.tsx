import type { VNode } from 'preact';

/** What a word of state means to eyes: colour and shape, never colour alone. */
export type Tone = 'good' | 'busy' | 'bad' | 'quiet';

const TONES: Readonly<Record<string, Tone>> = {
  up: 'good',
  answered: 'good',
  routing: 'busy',
  trying: 'busy',
  ringing: 'busy',
  starting: 'busy',
  lagging: 'busy',
  draining: 'busy',
  ending: 'quiet',
  none: 'quiet',
  down: 'bad',
  dead: 'bad',
  failed: 'bad',
};

/** The tone of a state; states that these pages do not know are quiet. */
export function toneOf(state: string): Tone {
  return TONES[state] ?? 'quiet';
}

/** A state as a word with a mark before it. */
export function StateMark({ state }: { readonly state: string }): VNode {
  return <span class={`state state-${toneOf(state)}`}>{state === '' ? 'unknown' : state}</span>;
}
