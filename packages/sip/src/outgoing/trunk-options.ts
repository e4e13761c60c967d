import type { ExecuteParams } from '@tandem/messages';
import { crossingKeys } from '../headers/crossing-headers.ts';
import type { IdentityHeader } from './identity-lines.ts';
import { type NumberForm, readNumberForm } from './number-form.ts';

/** What a route wants of the branch towards one trunk: `driverOptions`, read. */
export interface TrunkOptions {
  /** The peer belongs to the trust domain (RFC 3325 §4). */
  readonly isTrusted: boolean;
  readonly numbers: NumberForm | undefined;
  /** The header in which it is told who calls. */
  readonly identity: IdentityHeader;
  /** Domain of callers towards it; undefined: the one that the caller called us by. */
  readonly fromDomain: string | undefined;
  /** Keys of headers that go to this trunk, and come from it, beside those that always do. */
  readonly allowedKeys: readonly string[];
}

/**
 * Reads `trusted`, `numberOut`, `identity`, `fromDomain` and `allowedHeaders`. A form of numbers that nobody knows is told to
 * `onUnknown` and leaves them as they are: the call is not lost over it.
 */
export function readTrunkOptions(
  { driverOptions }: ExecuteParams,
  onUnknown: (numberOut: string) => void,
): TrunkOptions {
  const numberOut = driverOptions?.['numberOut'];
  const allowed = driverOptions?.['allowedHeaders'];
  const fromDomain = driverOptions?.['fromDomain'];
  const numbers = typeof numberOut === 'string' ? readNumberForm(numberOut) : undefined;
  if (typeof numberOut === 'string' && numbers === undefined) onUnknown(numberOut);
  return {
    isTrusted: driverOptions?.['trusted'] === true,
    numbers,
    identity: driverOptions?.['identity'] === 'rpid' ? 'rpid' : 'pai',
    fromDomain: typeof fromDomain === 'string' && fromDomain !== '' ? fromDomain : undefined,
    allowedKeys: Array.isArray(allowed) ? [...crossingKeys(allowed)] : [],
  };
}
