import type { TransportName } from '../transport/flow.ts';
import type { NaptrRecord } from './dns-source.ts';

/** A service that a domain offers over a transport we speak. */
export interface OfferedService {
  readonly transport: TransportName;
  /** Name that has SRV records, or addresses where `isHost`. */
  readonly name: string;
  readonly isHost: boolean;
}

/** Services taken of one domain. */
const SERVICES_MAX = 8;

// WebSocket servers are for browsers: this stack never connects to one.
const SERVICES: ReadonlyMap<string, TransportName> = new Map([
  ['SIP+D2U', 'udp'],
  ['SIP+D2T', 'tcp'],
  ['SIPS+D2T', 'tls'],
]);

/**
 * What of a domain's offers this stack can use, in the domain's order (RFC 3263 §4.1). For a SIPS
 * URI only what is TLS to the end.
 */
export function chooseServices(
  records: readonly NaptrRecord[],
  isSecure: boolean,
  speaks: (transport: TransportName) => boolean,
): readonly OfferedService[] {
  const ordered = records.toSorted((a, b) => a.order - b.order || a.preference - b.preference);
  const chosen: OfferedService[] = [];
  for (const { service, flags, replacement } of ordered) {
    const transport = SERVICES.get(service.toUpperCase());
    const kind = flags.toLowerCase();
    const isUsable =
      transport !== undefined &&
      (kind === 's' || kind === 'a') &&
      replacement !== '' &&
      replacement !== '.';
    if (!isUsable || (isSecure && transport !== 'tls') || !speaks(transport)) continue;
    chosen.push({ transport, name: replacement, isHost: kind === 'a' });
    if (chosen.length === SERVICES_MAX) break;
  }
  return chosen;
}
