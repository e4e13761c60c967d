import type { Bus } from '@tandem/engine';
import type { ApiAnswer, NodeStatus } from '@tandem/messages';

/**
 * Whether this node should be sent calls: it is up and not draining, and has what it needs of
 * NATS and the database. 503 and the reasons otherwise.
 */
export async function readiness(bus: Bus): Promise<ApiAnswer> {
  const { answers } = await bus.gather('node.status', {});
  const parts = answers.map(({ answer }) => answer).toReversed();
  const status: Partial<NodeStatus> = Object.assign({}, ...parts);
  const { state = 'starting', nats = 'none', database = 'down', journalTrouble } = status;
  // Without the database everybody waits, and that is said already.
  const waiting = database === 'up' ? await bus.gather('node.ready', {}) : { answers: [] };
  const reasons = [
    ...(state === 'up' || state === 'lagging' ? [] : [`the node is ${state}`]),
    ...(nats === 'down' ? ['NATS cannot be reached'] : []),
    ...(database === 'down' ? ['the database cannot be reached'] : []),
    ...(journalTrouble === undefined ? [] : [`calls cannot be journaled: ${journalTrouble}`]),
    ...waiting.answers.map(({ answer }) => `it waits for ${answer.waitsFor}`),
  ];
  const isReady = reasons.length === 0;
  const body = { isReady, node: bus.node, state, nats, database, reasons };
  return { status: isReady ? 200 : 503, body };
}
