import type { ReconciledPeriod } from './reconcile.ts';

/** The beginning of time, for a period without one. */
const BEGINNING = 0;
/** The end of it: what has no end is proved up to what there is. */
const END = Date.UTC(9999, 0, 1);

/** Reads a period given as ISO texts. Undefined: none was given. A text: what is wrong with it. */
export function readPeriod(
  from: string | undefined,
  to: string | undefined,
): ReconciledPeriod | string | undefined {
  if ((from ?? '') === '' && (to ?? '') === '') return undefined;
  const fromAt = (from ?? '') === '' ? BEGINNING : Date.parse(from!);
  const toAt = (to ?? '') === '' ? END : Date.parse(to!);
  if (Number.isNaN(fromAt)) return `from: expected an instant such as 2026-01-31, got ${from}`;
  if (Number.isNaN(toAt)) return `to: expected an instant such as 2026-01-31, got ${to}`;
  return toAt > fromAt ? { fromAt, toAt } : 'to: expected an instant after from';
}
