import type { AskName, ParamsOf } from '@tandem/engine';
import type { LedgerParts } from '../ledger-parts.ts';

/** Asks the switch something whose answer changes nothing here; a fault is logged. Never throws. */
export function askQuietly<N extends AskName>(
  { bus, log }: Pick<LedgerParts, 'bus' | 'log'>,
  name: N,
  params: ParamsOf<N>,
): void {
  const failed = (fault: unknown): void => log.error(`${name} failed`, { fault: String(fault) });
  try {
    const answer = bus.ask(name, params);
    if (answer instanceof Promise) answer.catch(failed);
  } catch (fault) {
    failed(fault);
  }
}
