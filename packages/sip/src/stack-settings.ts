import type { SipStackOptions } from '@tandem/sip-stack';
import { readAddressPort } from './address-port.ts';
import type { SipSettings } from './config.ts';

/** What of the settings the stack takes when it is made; a reload changes none of these. */
export type StackSettings = Pick<SipStackOptions, 'limits' | 'dns' | 'hep' | 'timers'>;

/**
 * Keys of `[sip]` that count from the next start: what the stack, its digest and the sockets that
 * are open take when they are made. A reload names those of them that were changed.
 */
export const sipKeysForRestart: readonly (keyof SipSettings)[] = [
  't1Ms',
  't2Ms',
  't4Ms',
  'datagramMax',
  'connectionsMax',
  'connectionsPerAddressMax',
  'connectionIdle',
  'connectionKeepAlive',
  'dnsServers',
  'hep',
  'hepId',
  'hepKey',
  'rateLimit',
  'rateBurst',
  'banTime',
  'product',
  'nonceLifetime',
  'digestAlgorithms',
  'wsOrigins',
];

const HEP_PORT = 9_060;

/** The bounds of the stack, its resolver and its HOMER, as the conf has them. */
export function stackSettings(settings: SipSettings, nodeName: string): StackSettings {
  const { dnsServers, hep, hepId, hepKey, t1Ms, t2Ms, t4Ms } = settings;
  const collector = hep === undefined ? undefined : readAddressPort(hep);
  return {
    timers: { t1Ms, t2Ms, t4Ms },
    limits: {
      datagramBytesMax: orNever(settings.datagramMax),
      connectionsMax: settings.connectionsMax,
      connectionsPerAddressMax: settings.connectionsPerAddressMax,
      connectionIdleMs: settings.connectionIdle,
      keepAliveMs: orNever(settings.connectionKeepAlive),
    },
    ...(dnsServers.length > 0 && { dns: { servers: dnsServers } }),
    ...(collector !== undefined && {
      hep: {
        address: collector.address,
        port: collector.port ?? HEP_PORT,
        captureId: hepId,
        nodeName,
        ...(hepKey !== undefined && { key: hepKey }),
      },
    }),
  };
}

/** Limits of strangers: of how much is heard at all. */
export function protectionSettings(
  { rateLimit, rateBurst, banTime }: SipSettings,
  isTrusted: (address: string) => boolean,
): NonNullable<SipStackOptions['protection']> {
  return {
    messagesPerSecond: orNever(rateLimit),
    burstMessages: rateBurst,
    excessMessagesMax: rateBurst,
    banMs: banTime,
    isTrusted,
  };
}

function orNever(value: number): number {
  return value === 0 ? Infinity : value;
}
