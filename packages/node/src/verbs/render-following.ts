import type { NodesFollowing } from '@tandem/messages';

/** Says to a person which nodes go by a change by now; empty when there are none to say it of. */
export function renderFollowing(nodes: NodesFollowing | undefined): string {
  if (nodes === undefined) return '';
  const { inForce, behind } = nodes;
  const lines = inForce.length === 0 ? [] : [`In force on ${inForce.join(', ')}.`];
  if (behind.length > 0) lines.push(`Not yet on ${behind.join(', ')}: see tandem nodes.`);
  return lines.map((line) => `${line}\n`).join('');
}
