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
  const fits = [...ownTrunks(setup, claim), ...setup.trunksFrom(claim.host)]
    .flatMap((match) => fitOf(setup, match, claim, numbers))
    .filter(({ tenant }) => byUser === undefined || tenant === byUser);
  const [best, ...others] = fits.toSorted(byRank);
  if (best === undefined) {
    return byUser && { tenant: byUser, trunk: undefined, ...numbers };
  }
  const isTied = others.some((fit) => byRank(fit, best) === 0 && fit.tenant !== best.tenant);
  return isTied ? 'ambiguous' : best;
}

/** More bits than any address has: who knows a password beats who has an address. */
const BY_DIGEST = 256;

/** And who called the contact that we registered beats both. */
const BY_LINE = 512;

function ownTrunks(setup: Setup, { username, line }: Claim): readonly AddressMatch<Trunk>[] {
  const registered = line === undefined ? undefined : setup.trunk(line);
  if (registered?.isInbound === true && registered.isActive) {
    return [{ value: registered, length: BY_LINE }];
  }
  const trunk = username === '' ? undefined : setup.digestTrunk(username);
  return trunk === undefined ? [] : [{ value: trunk, length: BY_DIGEST }];
}

function fitOf(
  setup: Setup,
  { value: trunk, length }: AddressMatch<Trunk>,
  claim: Claim,
  numbers: { readonly caller: string; readonly called: string },
): Fit[] {
  const tenant = setup.tenant(trunk.tenantId);
  const called = behindPrefix(numbers.called, trunk.calledPrefix);
  const caller = behindPrefix(numbers.caller, trunk.callerPrefix);
  if (tenant === undefined || called === undefined || caller === undefined) return [];
  if (trunk.listener !== '' && trunk.listener !== claim.listener) return [];
  // Its address is not enough for a trunk that has a password.
  if (trunk.username !== '' && !trunk.isRegistered && trunk.username !== claim.username) return [];
  const rank = [length, trunk.calledPrefix.length, trunk.callerPrefix.length] as const;
  return [{ tenant, trunk, caller, called, rank }];
}

function byRank(one: Fit, other: Fit): number {
  const [source, called, caller] = one.rank;
  return other.rank[0] - source || other.rank[1] - called || other.rank[2] - caller;
}
