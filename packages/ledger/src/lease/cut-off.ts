import type { LedgerParts } from '../ledger-parts.ts';

/** How long sisters may take to say whether they reach the database, ms. */
const ANSWER_MS = 1_000;

/**
 * Whether other nodes reach the database while this one does not: they will close its calls, so
 * these must end here too (money rule R17). If nobody reaches it, nobody is closed, and each
 * tenant's policy counts.
 */
export async function isCutOffAlone({ bus }: Pick<LedgerParts, 'bus'>): Promise<boolean> {
  const { answers } = await bus.gather('node.status', {}, { to: '*', timeoutMs: ANSWER_MS });
  return answers.some(({ node, answer }) => node !== bus.node && answer.database === 'up');
}
