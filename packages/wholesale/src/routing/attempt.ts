import type { Branch } from '@tandem/messages';
import { hasOnlySigns } from '../numbers/number-signs.ts';
import type { TrunkRoute } from '../setup/profile.ts';

/** Signs of a number that may be dialled, at the most, beside a `+` before them. */
const SIGNS_MAX = 64;

/**
 * The number towards a carrier, always made from the original one: strip, prepend, rule, tech
 * prefix, in this order. Undefined when nothing that could be dialled is left.
 */
export function calledTowards(route: TrunkRoute, called: string): string | undefined {
  if (route.strip > called.length) return undefined;
  const short = route.prepend + called.slice(route.strip);
  const ruled = route.rewriteCalled?.apply(short) ?? short;
  const { techPrefix } = route.trunk;
  if (!mayBeDialled(ruled)) return undefined;
  if (techPrefix === '') return ruled;
  const number = techPrefix + ruled;
  return mayBeDialled(number) ? number : undefined;
}

function mayBeDialled(number: string): boolean {
  const from = number.startsWith('+') ? 1 : 0;
  const signs = number.length - from;
  return signs >= 1 && signs <= SIGNS_MAX && hasOnlySigns(number, from);
}

/** The caller towards a carrier: one of the pool, or what the rule makes of the original one. */
export function callerTowards(
  route: TrunkRoute,
  caller: string,
  pooled: string | undefined,
): string {
  return pooled ?? route.rewriteCaller?.apply(caller) ?? caller;
}

/**
 * The branch of one attempt: `sip/sip:number@carrier`, with what the trunk wants of it. A number
 * sign begins nothing inside a user part, and must be escaped (RFC 3261 §25.1).
 */
export function branchTowards({ trunk }: TrunkRoute, called: string, caller: string): Branch {
  const { name, callto, driverOptions, branchParams } = trunk;
  const user = called.includes('#') ? called.replaceAll('#', '%23') : called;
  const params = { trunk: name, called, caller, driverOptions };
  return {
    callto: callto.before + user + callto.behind,
    // Most trunks want nothing more, and copying costs more than all the rest.
    params: branchParams === undefined ? params : { ...params, ...branchParams },
  };
}
