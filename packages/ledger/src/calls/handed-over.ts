import type { CallFacts } from '@tandem/engine';

/** Whether a sister handed the call over: its tenant is charged there (money rule R8). */
export function isHandedOver(facts: CallFacts): boolean {
  // This fact is the cluster's; its type is known only where it is installed.
  return 'handedOver' in facts;
}
