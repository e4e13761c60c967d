import { readFile } from 'node:fs/promises';
import type { Log } from '@tandem/engine';
import type { Listener, ListenOptions, SipStack, TlsOptions } from '@tandem/sip-stack';
import type { SipSettings } from './config.ts';
import type { ListenItem } from './listen-item.ts';

/** The listeners of a node, as the conf names them. A socket once opened stays until the end. */
export class ListenerSet {
  readonly #opened = new Map<string, readonly Listener[]>();

  constructor(
    readonly stack: SipStack,
    readonly log: Log,
  ) {}

  /** `transport:host:port` of every socket, as peers reach it. */
  get addresses(): readonly string[] {
    return [...this.#opened.values()]
      .flat()
      .map(
        ({ transport, advertisedHost, advertisedPort }) =>
          `${transport}:${advertisedHost}:${advertisedPort}`,
      );
  }

  /** Opens what is named and not open yet. @throws what a socket or a file throws, with the place */
  async open(settings: SipSettings): Promise<void> {
    const wanted = new Set(settings.listen.map(keyOf));
    for (const key of this.#opened.keys()) {
      if (!wanted.has(key)) this.log.warn('a listener left out stays open until the end', { key });
    }
    for (const item of settings.listen) {
      const key = keyOf(item);
      if (this.#opened.has(key)) continue;
      const listeners = await this.stack.listen(await toOptions(item, settings));
      this.#opened.set(key, listeners);
      for (const { name } of listeners) this.log.info('SIP is listening', { listener: name });
    }
  }
}

function keyOf(item: ListenItem): string {
  return JSON.stringify(item);
}

async function toOptions(item: ListenItem, settings: SipSettings): Promise<ListenOptions> {
  const isTls = item.transport === 'tls' || item.transport === 'wss';
  const isWeb = item.transport === 'ws' || item.transport === 'wss';
  return {
    ...item,
    ...(isTls && { tls: await readTls(item, settings) }),
    ...(isWeb && settings.wsOrigins.length > 0 && { origins: settings.wsOrigins }),
  };
}

async function readTls(item: ListenItem, settings: SipSettings): Promise<TlsOptions> {
  const { tlsCertificate, tlsKey, tlsAuthorities, tlsRequireClient } = settings;
  if (tlsCertificate === undefined || tlsKey === undefined) {
    throw new RangeError(
      `[sip] listen: ${item.transport}:${item.host}:${item.port} needs tlsCertificate and tlsKey`,
    );
  }
  return {
    certificate: await readFile(tlsCertificate, 'utf8'),
    key: await readFile(tlsKey, 'utf8'),
    ...(tlsAuthorities !== undefined && { authorities: await readFile(tlsAuthorities, 'utf8') }),
    isClientCertificateRequired: tlsRequireClient,
  };
}
