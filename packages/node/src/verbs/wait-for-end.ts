import type { NodeRow } from '@tandem/console';
import { isFault } from '@tandem/engine';
import type { ApiClient } from '../api/api-client.ts';
import type { Terminal } from '../cli/terminal.ts';

/** Between two looks at a node that drains, ms. */
const LOOK_MS = 250;

/** A node that drains, and who is asked about it. */
export interface DrainingNode {
  readonly name: string;
  readonly boot: string;
  /** Whether the node itself is asked: then no answer means that it has ended. */
  readonly isAsked: boolean;
}

/** Waits until that boot of the node is gone; false if it is there after `limitMs`. */
export async function waitForEnd(
  api: ApiClient,
  node: DrainingNode,
  limitMs: number,
  terminal: Pick<Terminal, 'pause'>,
): Promise<boolean> {
  for (let waitedMs = 0; await isThere(api, node); waitedMs += LOOK_MS) {
    if (waitedMs >= limitMs) return false;
    await terminal.pause(LOOK_MS);
  }
  return true;
}

async function isThere(api: ApiClient, { name, boot, isAsked }: DrainingNode): Promise<boolean> {
  try {
    const { body } = await api.ask('GET', '/nodes');
    const { nodes } = body as { readonly nodes: readonly NodeRow[] };
    const row = nodes.find((each) => each.name === name);
    return row !== undefined && row.boot === boot && row.state !== 'dead';
  } catch (fault) {
    if (isAsked && isFault(fault, 'NODE_API_UNREACHABLE')) return false;
    throw fault;
  }
}
