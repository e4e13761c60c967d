import type { CallArrival, CallBlock, Leg } from '@tandem/messages';
import type { LegAbout } from './cdr-params.ts';

/** What the questions about a call say of it, as it arrived. */
export function blockOf(billid: string, leg: Leg, arrival: CallArrival): CallBlock {
  const { caller, callername, called, username, domain, address, listener, isPeer, hops } = arrival;
  return {
    id: leg.id,
    module: leg.driver,
    billid,
    caller,
    callername,
    called,
    username,
    domain,
    address,
    ip_host: hostOf(address),
    listener,
    isPeer,
    hops,
  };
}

/** What the incoming leg's records say of it. */
export function aboutCaller(block: CallBlock, arrival: CallArrival): LegAbout {
  const { caller, called, username } = block;
  return { caller, called, calledfull: arrival.called, username, callto: '', attempt: 0 };
}

/** The host of `host:port`, of `[v6]:port`, or of a name without a port. */
function hostOf(address: string): string {
  const match = /^\[([^\]]*)\](?::\d+)?$/.exec(address) ?? /^([^:]*):\d+$/.exec(address);
  return match?.[1] ?? address;
}
