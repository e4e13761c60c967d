import type { Clock } from './clock.ts';
import type { FactCrossing } from './fact-crossing.ts';
import { TandemError } from './fault.ts';
import type { MessageName, ParamsOf } from './message-map.ts';
import { type Extra, Message } from './message.ts';
import type { RemoteMessage } from './remote.ts';
import { DEPTH_MAX } from './send-options.ts';
import { Trail, type TrailStep } from './trail.ts';

const NO_EXTRA: readonly Extra[] = Object.freeze([]);

/** What of a message goes to another node: text, params, and the facts that may cross. */
export function toRemote(message: Message, crossing: FactCrossing): RemoteMessage {
  const params = message.params as Readonly<Record<string, unknown>>;
  const { name, extra, depth } = message;
  return { name, params, extra, facts: crossing.pick(message.facts), depth };
}

/**
 * A message as another node sent it, with a trail of its own that travels back with the answer.
 * @throws TandemError BUS_TOO_DEEP when nodes ask each other without end
 */
export function fromRemote(
  from: string,
  remote: RemoteMessage,
  crossing: FactCrossing,
  clock: Clock,
): Message {
  const depth = (remote.depth ?? 0) + 1;
  if (depth > DEPTH_MAX) throw new TandemError('BUS_TOO_DEEP', { message: remote.name, depth });
  const name = remote.name as MessageName;
  const params = remote.params as ParamsOf<MessageName>;
  const [extra, facts] = [remote.extra ?? NO_EXTRA, crossing.pick(remote.facts)];
  const [cancellation, lane] = [undefined, undefined];
  const trail = new Trail();
  return new Message(
    ...([name, params, extra, facts, clock.now(), trail, cancellation, lane, depth, from] as const),
  );
}

/** Steps as they go back to the node that asked, each with the node where it ran. */
export function stepsOf(message: Message, node: string): readonly TrailStep[] {
  return (message.trail?.steps ?? []).map((step) => ({ ...step, node: step.node ?? node }));
}
