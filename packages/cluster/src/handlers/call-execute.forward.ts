import type { Message, Scope } from '@tandem/engine';
import { isRefusal, type Refusal, refusalWord, refuse } from '@tandem/messages';
import { HOPS_MAX, outgoingHandoverParams } from '../cluster-facts.ts';
import { fillTemplate, splitClusterName } from '../node-names.ts';

/** What forwarding needs to know. */
export interface ForwardOptions {
  readonly priority: number;
  readonly prefix: string;
  /** Names of other nodes must match it. */
  readonly regexp: RegExp;
  /** Template of the destination. */
  readonly callto: string;
  /** Message that finds the owner of `cluster/*` names; empty: none. */
  readonly locate: string;
  /** Whether a node is known to be dead. */
  readonly isDead: (node: string) => boolean;
}

/**
 * call.execute: one layer of the cluster's name is taken off. What is ours goes on to our
 * drivers; what is another node's gets the destination of the template and the four headers that
 * hand it over (Yate clustering, call.execute). It never places the call itself.
 */
export function handleForward(scope: Scope, options: ForwardOptions): void {
  const { priority, prefix } = options;
  scope.handle('call.execute', { priority, as: 'cluster.forward' }, (message) => {
    const name = splitClusterName(message.params.callto, prefix);
    if (name === undefined) return undefined;
    if (name.node !== '*' || options.locate === '') {
      return forward(scope, options, message, name.node, name.target);
    }
    return located(scope, options, message, name.target);
  });
}

async function located(
  scope: Scope,
  options: ForwardOptions,
  message: Message<'call.execute'>,
  target: string,
): Promise<Refusal | undefined> {
  const { billid, username } = message.params;
  // Another name than ours is a script's own message of the same form.
  const answer = await scope.bus.ask(
    options.locate as 'cluster.locate',
    {
      callto: target,
      allocate: true,
      nodename: scope.node,
      username,
      ...(billid === '' ? {} : { billid }),
    },
    { parent: message },
  );
  if (answer === undefined) return refuse('failure', `nobody knows who has ${target}`);
  if (isRefusal(answer)) return { ...answer, refused: refusalWord(answer.refused) };
  return forward(scope, options, message, answer.node, target);
}

function forward(
  scope: Scope,
  options: ForwardOptions,
  message: Message<'call.execute'>,
  node: string,
  target: string,
): Refusal | undefined {
  if (node === '' || node === scope.node) {
    message.change({ callto: target });
    return undefined;
  }
  const match = options.regexp.exec(node);
  if (match === null) return undefined;
  const { billid, username, hops, path = [] } = message.params;
  // A proxy keeps the way to that phone, and any node may speak to the proxy (RFC 3327).
  if (path.length > 0 && options.isDead(node)) {
    message.change({ callto: target });
    return undefined;
  }
  const params = { ...message.params, callto: target } as Readonly<Record<string, unknown>>;
  const destination = fillTemplate(options.callto, match, (name) => {
    const value = params[name] ?? message.getExtra(name);
    const isFlag = typeof value === 'number' || typeof value === 'boolean';
    return typeof value === 'string' || isFlag ? String(value) : undefined;
  });
  if (destination.trim() === '') return undefined;
  if (hops >= HOPS_MAX) return refuse('looping', `the call has passed ${hops} nodes already`);
  message.change({ callto: destination });
  message.setExtra(outgoingHandoverParams.callto, target);
  message.setExtra(outgoingHandoverParams.billid, billid);
  message.setExtra(outgoingHandoverParams.nodename, scope.node);
  message.setExtra(outgoingHandoverParams.username, username);
  return undefined;
}
