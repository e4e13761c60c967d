import type { ExecuteParams } from '@tandem/messages';
import { headerKey } from '@tandem/sip-stack';
import { type NumberForm, readNumberForm } from './number-form.ts';

/** What a route wants of the branch towards one trunk: `driverOptions`, read. */
export interface TrunkOptions {
  /** The peer belongs to the trust domain (RFC 3325 §4). */
  readonly isTrusted: boolean;
  readonly numbers: NumberForm | undefined;
  /** Keys of headers that go to this trunk beside those that go to everybody. */
  readonly allowedKeys: readonly string[];
}

/**
 * Reads `trusted`, `numberOut` and `allowedHeaders`. A form of numbers that nobody knows is told to
 * `onUnknown` and leaves them as they are: the call is not lost over it.
 */
export function readTrunkOptions(
  { driverOptions }: ExecuteParams,
  onUnknown: (numberOut: string) => void,
): TrunkOptions {
  const numberOut = driverOptions?.['numberOut'];
  const allowed = driverOptions?.['allowedHeaders'];
  const numbers = typeof numberOut === 'string' ? readNumberForm(numberOut) : undefined;
  if (typeof numberOut === 'string' && numbers === undefined) onUnknown(numberOut);
  return {
    isTrusted: driverOptions?.['trusted'] === true,
    numbers,
    allowedKeys: Array.isArray(allowed) ? allowed.map(headerKey) : [],
  };
}
