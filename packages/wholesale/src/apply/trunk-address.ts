import { isIPv6 } from 'node:net';

const ADDRESS =
  /^(?:sips?:)?(?:([^@\s]*)@)?(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::(\d{1,5}))?((?:;[\w.-]+(?:=[\w.:-]*)?)*)$/i;

/** What makes a text no address of a carrier, or undefined: `sip:10.0.0.9:5060;transport=udp`. */
export function readTrunkAddress(text: string): string | undefined {
  const match = ADDRESS.exec(text);
  const shown = JSON.stringify(text);
  if (match === null) return `expected a SIP address such as sip:10.0.0.9:5060, got ${shown}`;
  const [, user, host = '', port] = match;
  if (user !== undefined) return `expected no user part: the number is put there, got ${shown}`;
  if (host.startsWith('[') && !isIPv6(host.slice(1, -1))) return `${host} is no IPv6 address`;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return `no port: ${port}`;
  return undefined;
}
