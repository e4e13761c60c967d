import { consoleFaults } from '@tandem/console';
import { engineFaults, type FaultDescription } from '@tandem/engine';
import { ledgerFaults } from '@tandem/ledger';
import { meshFaults } from '@tandem/mesh';
import { registrarFaults } from '@tandem/registrar';
import { sipFaults } from '@tandem/sip';
import { storeFaults } from '@tandem/store';
import { demoFaults } from './demo/faults.ts';
import { nodeFaults } from './faults.ts';

/** The faults of all packages: what ERRORS.md and every message to an operator is made from. */
export const faultTables: readonly Readonly<Record<string, FaultDescription>>[] = [
  engineFaults,
  meshFaults,
  storeFaults,
  registrarFaults,
  ledgerFaults,
  sipFaults,
  consoleFaults,
  nodeFaults,
  demoFaults,
];

/** What a fault means and what to do about it; undefined for a code that no package has. */
export function describeFault(code: string): FaultDescription | undefined {
  return faultTables.find((table) => Object.hasOwn(table, code))?.[code];
}
