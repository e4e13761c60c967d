import type { ApplyChange } from '@tandem/messages';
import { printable } from '../cli/printable.ts';

const SIGNS = { create: '+', update: '~', delete: '-' } as const;

/** Changes for people: `+ users alice`, and what of it differs. */
export function renderChanges(changes: readonly ApplyChange[], mode: 'plan' | 'apply'): string {
  if (changes.length === 0) return 'Nothing to change.\n';
  const lines = changes.flatMap((change) => [
    `${SIGNS[change.action]} ${change.section} ${printable(change.name)}`,
    ...differences(change),
  ]);
  const count = changes.length === 1 ? 'One change' : `${changes.length} changes`;
  const what = mode === 'plan' ? `${count} would be made.` : `${count} made.`;
  return [...lines, what, ''].join('\n');
}

function differences({ action, before = {}, after = {} }: ApplyChange): string[] {
  if (action !== 'update') return [];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) => {
    const [was, will] = [show(before[key]), show(after[key])];
    return was === will ? [] : [`    ${key}: ${was} -> ${will}`];
  });
}

function show(value: unknown): string {
  return printable(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'));
}
