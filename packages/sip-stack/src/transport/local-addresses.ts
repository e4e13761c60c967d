import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/**
 * The literal addresses that `host` stands for: all of this machine for a wildcard, else itself.
 * One socket each, because a wildcard socket answers from whatever address the route prefers:
 * Node cannot say which address a datagram was sent to.
 */
export function localAddresses(host: string): readonly string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host];
  const family = isIPv6(host) ? 'IPv6' : 'IPv4';
  const found: string[] = [];
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { address, family: its } of addresses ?? []) {
      // Link-local addresses mean nothing without an interface, which SIP cannot write.
      if (its === family && !address.startsWith('fe80:')) found.push(address);
    }
  }
  return found;
}
