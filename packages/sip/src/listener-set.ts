import type { Log } from '@tandem/engine';
import type { Listener, ListenOptions, SipStack } from '@tandem/sip-stack';
import type { SipSettings } from './config.ts';
import { faultOfListening } from './faults.ts';
import type { LegTable } from './leg/leg-table.ts';
import type { ListenItem } from './listen-item.ts';
import { isSecure, readListenerTls } from './listener-tls.ts';

interface OpenItem {
  readonly item: ListenItem;
  readonly listeners: readonly Listener[];
  /** Left out of the conf: it takes nothing new, and closes with the last call of before. */
  isRetiring: boolean;
}

/** The listeners of a node, as the conf names them. What runs over one outlives a reload. */
export class ListenerSet {
  readonly #opened = new Map<string, OpenItem>();
  readonly #retiringNames = new Set<string>();

  constructor(
    readonly stack: SipStack,
    readonly log: Log,
    readonly legs: () => LegTable,
  ) {}

  /** `transport:host:port` of every socket that takes calls, as peers reach it. */
  get addresses(): readonly string[] {
    return [...this.#opened.values()]
      .filter(({ isRetiring }) => !isRetiring)
      .flatMap(({ listeners }) => listeners)
      .map(
        ({ transport, advertisedHost, advertisedPort }) =>
          `${transport}:${advertisedHost}:${advertisedPort}`,
      );
  }

  /** Whether a listener was left out of the conf, so that nothing new is taken there. */
  isRetiring({ name }: Listener): boolean {
    return this.#retiringNames.size > 0 && this.#retiringNames.has(name);
  }

  /**
   * Opens what is named and not open yet, gives the others their certificates anew, and lets go of
   * what is no longer named. @throws what a socket or a file throws, with the place
   */
  async open(settings: SipSettings): Promise<void> {
    await this.renewCertificates(settings);
    const wanted = new Set(settings.listen.map(keyOf));
    for (const item of settings.listen) {
      const key = keyOf(item);
      const known = this.#opened.get(key);
      if (known === undefined) await this.#open(key, item, settings);
      else this.#setRetiring(known, false);
    }
    for (const [key, known] of this.#opened) if (!wanted.has(key)) this.#retire(key, known);
  }

  /**
   * Reads the certificates again; connections that are up keep theirs. @throws what a file throws,
   * or a broken certificate: then the former ones stay
   */
  async renewCertificates(settings: SipSettings): Promise<void> {
    for (const { item, listeners, isRetiring } of this.#opened.values()) {
      if (!isSecure(item) || isRetiring) continue;
      const tls = await readListenerTls(item, settings);
      for (const { name } of listeners) this.stack.renewTls(name, tls);
    }
  }

  async #open(key: string, item: ListenItem, settings: SipSettings): Promise<void> {
    const options = await toOptions(item, settings);
    const listeners = await this.stack.listen(options).catch((fault: unknown) => {
      throw faultOfListening(item, fault);
    });
    this.#opened.set(key, { item, listeners, isRetiring: false });
    for (const { name } of listeners) this.log.info('SIP is listening', { listener: name });
  }

  #retire(key: string, open: OpenItem): void {
    if (open.isRetiring) return;
    this.#setRetiring(open, true);
    const names = open.listeners.map(({ name }) => name);
    this.log.info('a listener takes no new calls and closes with those that run', { names });
    this.legs().whenThoseGone(() => {
      if (open.isRetiring) void this.#close(key, open);
    });
  }

  async #close(key: string, open: OpenItem): Promise<void> {
    this.#opened.delete(key);
    this.#setRetiring(open, false);
    for (const { name } of open.listeners) {
      await this.stack.unlisten(name);
      this.log.info('SIP is no longer listening', { listener: name });
    }
  }

  #setRetiring(open: OpenItem, isRetiring: boolean): void {
    open.isRetiring = isRetiring;
    for (const { name } of open.listeners) {
      if (isRetiring) this.#retiringNames.add(name);
      else this.#retiringNames.delete(name);
    }
  }
}

function keyOf(item: ListenItem): string {
  return JSON.stringify(item);
}

async function toOptions(item: ListenItem, settings: SipSettings): Promise<ListenOptions> {
  const isWeb = item.transport === 'ws' || item.transport === 'wss';
  const { clientCertificate: _read, ...place } = item;
  return {
    ...place,
    ...(isSecure(item) && { tls: await readListenerTls(item, settings) }),
    ...(isWeb && settings.wsOrigins.length > 0 && { origins: settings.wsOrigins }),
  };
}
