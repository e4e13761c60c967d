import { type ConnectionOptions, type TlsOptions as ServerSettings } from 'node:tls';

import { checkDomain } from './check-domain.ts';
import type { TlsOptions } from './listener.ts';
import type { Target } from './target.ts';

/** How a TLS or WSS server is set up. */
export function serverTlsSettings(tls: TlsOptions, handshakeTimeoutMs = 5_000): ServerSettings {
  return {
    cert: tls.certificate,
    key: tls.key,
    minVersion: 'TLSv1.2',
    handshakeTimeout: handshakeTimeoutMs,
    requestCert: tls.isClientCertificateRequired === true,
    rejectUnauthorized: tls.isClientCertificateRequired === true,
    ...(tls.authorities === undefined ? {} : { ca: tls.authorities }),
  };
}

/**
 * How a TLS connection of ours is set up: our own certificate is shown if asked for, and theirs
 * must carry the domain that was configured, whatever DNS made of it (RFC 5922 §4).
 */
export function clientTlsSettings(tls: TlsOptions, target: Target): ConnectionOptions {
  const domain = target.domain ?? target.address;
  return {
    cert: tls.certificate,
    key: tls.key,
    minVersion: 'TLSv1.2',
    ...(target.domain === undefined ? {} : { servername: target.domain }),
    checkServerIdentity: (_name, certificate) => checkDomain(domain, certificate),
    ...(tls.authorities === undefined ? {} : { ca: tls.authorities }),
  };
}
