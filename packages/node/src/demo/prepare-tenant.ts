import { TandemError } from '@tandem/engine';
import { runSetUp } from '../setup/run-set-up.ts';
import { askNode } from './ask-node.ts';
import type { DemoNode } from './demo-node.ts';
import { pause } from './pause.ts';
import { numberAbroad, sampleSetUp, sampleUsers } from './sample-set-up.ts';

/** How long every node may take to serve what was applied, ms. */
const KNOWN_WITHIN_MS = 30_000;
const LOOK_PERIOD_MS = 100;

/**
 * Makes the tenant, his prices and the carrier as `tandem apply` would, and waits until every node
 * routes by them. @throws TandemError DEMO_FAILED
 */
export async function prepareTenant(nodes: readonly DemoNode[], carrier: string): Promise<void> {
  const [{ node }] = nodes as [DemoNode];
  const options = { mode: 'apply', prune: false, actor: 'demo' } as const;
  const sources = { bus: node.engine.bus, store: node.store };
  const { issues } = await runSetUp(sources, sampleSetUp(carrier), options);
  if (issues.length > 0) {
    const [{ path, message }] = issues as [(typeof issues)[number]];
    throw new TandemError('DEMO_FAILED', { step: 'the tenant is set up', path, message });
  }
  for (let waitedMs = 0; waitedMs < KNOWN_WITHIN_MS; waitedMs += LOOK_PERIOD_MS) {
    const known = await Promise.all(nodes.map((one) => isRouting(one, carrier)));
    if (known.every((isKnown) => isKnown)) return;
    await pause(LOOK_PERIOD_MS);
  }
  throw new TandemError('DEMO_FAILED', { step: 'every node knows the tenant' });
}

async function isRouting(node: DemoNode, carrier: string): Promise<boolean> {
  const query = `user=${sampleUsers.alice}&called=${numberAbroad}`;
  const answer = JSON.stringify(await askNode(node, `/route-test?${query}`));
  // The address of an earlier run's carrier is none of this one's.
  return answer.includes(carrier);
}
