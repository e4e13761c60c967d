import type { Bus } from '@tandem/engine';
import type { MoneyCaller } from '../books/money-caller.ts';
import type { Reconciliation } from './reconcile.ts';

/** How long other nodes may take to compare their calls with the holds, ms. */
const COMPARE_MS = 3_000;

/** What nodes found as they compared their living calls with the holds. */
export interface ComparedCalls {
  readonly callsWithoutHold: readonly string[];
  readonly holdsWithoutCall: readonly string[];
  readonly nodes: readonly string[];
  readonly silent: readonly string[];
  /** Records of all nodes that the database does not have yet. */
  readonly journalRecords: number;
}

/**
 * Asks all nodes to compare their calls with the holds. Silent are those that the bus names, and
 * those that the bus does not reach while the database knows them to live. @throws the store's fault
 */
export async function compareCalls(bus: Bus, caller: MoneyCaller): Promise<ComparedCalls> {
  const { answers, unanswered } = await bus.gather(
    'ledger.unheld',
    {},
    { to: '*', timeoutMs: COMPARE_MS },
  );
  const nodes = answers.map(({ node }) => node);
  const live = await caller.call<{ node: string }>(
    `select node from node_boots where state = 'live' order by node`,
  );
  const silent = new Set([...unanswered, ...live.map(({ node }) => node)]);
  for (const node of nodes) silent.delete(node);
  return {
    callsWithoutHold: answers.flatMap(({ answer }) => answer.charges),
    // A node of the release before says nothing of these.
    holdsWithoutCall: answers.flatMap(({ answer }) => answer.strays ?? []),
    nodes,
    silent: [...silent],
    journalRecords: answers.reduce((sum, { answer }) => sum + (answer.journalRecords ?? 0), 0),
  };
}

/** The proof of the database with what the nodes found beside it. Pure. */
export function withNodes(proof: Reconciliation, compared: ComparedCalls): Reconciliation {
  const callsWithoutHold = [...proof.callsWithoutHold, ...compared.callsWithoutHold];
  const holdsWithoutCall = [...proof.holdsWithoutCall, ...compared.holdsWithoutCall];
  const isClean =
    proof.isClean && compared.callsWithoutHold.length + compared.holdsWithoutCall.length === 0;
  return {
    ...proof,
    isClean,
    callsWithoutHold,
    holdsWithoutCall,
    nodesCompared: compared.nodes,
    nodesSilent: compared.silent,
    journalRecords: compared.journalRecords,
  };
}
