import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';

import type { Clock } from '@tandem/engine';

/** How long the file is believed before it is read again. */
const READ_AGAIN_MS = 10_000;
/** Names taken from the file; the rest of a larger one is left to DNS. */
const NAMES_MAX = 10_000;

/** The names an operator gave to addresses on this machine; they come before what DNS says. */
export class HostsFile {
  readonly #clock: Clock;
  readonly #path: string;
  #addresses: ReadonlyMap<string, readonly string[]> = new Map();
  #readAgainAtMs = 0;

  constructor(clock: Clock, path = '/etc/hosts') {
    this.#clock = clock;
    this.#path = path;
  }

  /** Addresses of `host` in the order of the file; none where the file is absent or silent. */
  async addresses(host: string, family: 4 | 6): Promise<readonly string[]> {
    if (this.#clock.monotonicMs() >= this.#readAgainAtMs) await this.#read();
    const all = this.#addresses.get(host.toLowerCase()) ?? [];
    return all.filter((address) => isIP(address) === family);
  }

  async #read(): Promise<void> {
    this.#readAgainAtMs = this.#clock.monotonicMs() + READ_AGAIN_MS;
    try {
      this.#addresses = parseHosts(await readFile(this.#path, 'utf8'));
    } catch {
      // No such file: nobody gave names here.
      this.#addresses = new Map();
    }
  }
}

function parseHosts(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [content = ''] = line.split('#', 1);
    const [address = '', ...names] = content.trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of names) {
      const key = name.toLowerCase();
      const known = found.get(key);
      if (known !== undefined) known.push(address.toLowerCase());
      else if (found.size < NAMES_MAX) found.set(key, [address.toLowerCase()]);
    }
  }
  return found;
}
