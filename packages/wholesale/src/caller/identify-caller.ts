import { behindPrefix, withoutSeparators } from '../numbers/dialled-number.ts';
import type { AddressMatch } from '../setup/address-table.ts';
import type { Setup } from '../setup/setup.ts';
import type { Tenant, Trunk } from '../setup/trunk.ts';

/** What a call says of itself when it comes in. */
export interface Claim {
  /** Source address, behind trusted proxies. */
  readonly host: string;
  readonly listener: string;
  /** The authenticated user, or empty. */
  readonly username: string;
  /** The trunk by whose registration it came, or undefined. */
  readonly line?: string | undefined;
  readonly caller: string;
  readonly called: string;
}

/** Whose call it is; numbers without separators and without the trunk's prefixes. */
export interface Identified {
  readonly tenant: Tenant;
  readonly trunk: Trunk | undefined;
  readonly caller: string;
  readonly called: string;
}

/** A trunk that fits a call, with what is left of its numbers. */
interface Fit extends Identified {
  readonly trunk: Trunk;
  readonly rank: readonly [source: number, called: number, caller: number];
}

/**
 * Finds out who is calling. An authenticated user stands for himself; else the trunk whose source
 * is narrowest, then whose called prefix is longest, then whose caller prefix is. Two tenants
 * that fit equally well are `ambiguous`, and nobody pays: undefined as for a stranger.
 */
export function identifyCaller(setup: Setup, claim: Claim): Identified | 'ambiguous' | undefined {
  const numbers = {
    caller: withoutSeparators(claim.caller),
    called: withoutSeparators(claim.called),
  };
  const byUser = setup.tenantOfUser(claim.username);
  let best: Fit | undefined;
  let isTied = false;
  for (const match of matchesFor(setup, claim)) {
    const fit = fitOf(setup, match, claim, numbers);
    if (fit === undefined || (byUser !== undefined && fit.tenant !== byUser)) continue;
    const order = best === undefined ? -1 : byRank(fit, best);
    if (order === 0) isTied ||= fit.tenant !== best?.tenant;
    if (order >= 0) continue;
    best = fit;
    isTied = false;
  }
  if (best === undefined) return byUser && { tenant: byUser, trunk: undefined, ...numbers };
  return isTied ? 'ambiguous' : best;
}

/** More bits than any address has: who knows a password beats who has an address. */
const BY_DIGEST = 256;

/** And who called the contact that we registered beats both. */
const BY_LINE = 512;

function matchesFor(setup: Setup, claim: Claim): readonly AddressMatch<Trunk>[] {
  const { username, host, line } = claim;
  const byAddress = setup.trunksFrom(host);
  const registered = line === undefined ? undefined : setup.trunk(line);
  if (registered?.isInbound === true && registered.isActive) {
    return [{ value: registered, length: BY_LINE }, ...byAddress];
  }
  const trunk = username === '' ? undefined : setup.digestTrunk(username);
  return trunk === undefined ? byAddress : [{ value: trunk, length: BY_DIGEST }, ...byAddress];
}

function fitOf(
  setup: Setup,
  { value: trunk, length }: AddressMatch<Trunk>,
  claim: Claim,
  numbers: { readonly caller: string; readonly called: string },
): Fit | undefined {
  const tenant = setup.tenant(trunk.tenantId);
  const called = behindPrefix(numbers.called, trunk.calledPrefix);
  const caller = behindPrefix(numbers.caller, trunk.callerPrefix);
  if (tenant === undefined || called === undefined || caller === undefined) return undefined;
  if (trunk.listener !== '' && trunk.listener !== claim.listener) return undefined;
  // Its address is not enough for a trunk that has a password.
  if (trunk.username !== '' && !trunk.isRegistered && trunk.username !== claim.username) {
    return undefined;
  }
  const rank = [length, trunk.calledPrefix.length, trunk.callerPrefix.length] as const;
  return { tenant, trunk, caller, called, rank };
}

function byRank(one: Fit, other: Fit): number {
  const [source, called, caller] = one.rank;
  return other.rank[0] - source || other.rank[1] - called || other.rank[2] - caller;
}
