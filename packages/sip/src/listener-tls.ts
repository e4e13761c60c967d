import { readFile } from 'node:fs/promises';
import type { TlsOptions } from '@tandem/sip-stack';
import type { SipSettings } from './config.ts';
import type { ListenItem } from './listen-item.ts';

/** Whether a listener needs a certificate. */
export function isSecure({ transport }: ListenItem): boolean {
  return transport === 'tls' || transport === 'wss';
}

/**
 * Reads the certificate of a listener from the files that the conf names.
 * @throws RangeError where the conf names none, and what the file system throws, with the path
 */
export async function readListenerTls(
  item: ListenItem,
  settings: SipSettings,
): Promise<TlsOptions> {
  const { tlsCertificate, tlsKey, tlsAuthorities, tlsRequireClient } = settings;
  if (tlsCertificate === undefined || tlsKey === undefined) {
    throw new RangeError(
      `[sip] listen: ${item.transport}:${item.host}:${item.port} needs tlsCertificate and tlsKey`,
    );
  }
  const { clientCertificate } = item;
  return {
    certificate: await readFile(tlsCertificate, 'utf8'),
    key: await readFile(tlsKey, 'utf8'),
    ...(tlsAuthorities !== undefined && { authorities: await readFile(tlsAuthorities, 'utf8') }),
    isClientCertificateRequired:
      clientCertificate === undefined ? tlsRequireClient : clientCertificate === 'required',
  };
}
