import { isIP } from 'node:net';
import { parseHostPort, withoutBrackets } from '@tandem/sip-stack';

/** A literal address, without brackets, and a port where one was given. */
export interface AddressPort {
  readonly address: string;
  readonly port: number | undefined;
}

/** Reads `192.0.2.1:9060`, `[2001:db8::1]:9060` or either without port; undefined for a name. */
export function readAddressPort(text: string): AddressPort | undefined {
  if (isIP(text) !== 0) return { address: text, port: undefined };
  const read = parseHostPort(text, 0, text.length);
  const address = read === undefined ? '' : withoutBrackets(read.host);
  return isIP(address) === 0 ? undefined : { address, port: read?.port };
}

/** Whether a text can be read so. */
export function isAddressPort(text: string): boolean {
  return readAddressPort(text) !== undefined;
}
