import type { Clock, Log } from '@tandem/engine';
import { CompiledDeck } from '@tandem/rating';
import { compileSetup } from '../setup/compile-setup.ts';
import type { Setup } from '../setup/setup.ts';
import type { Catalogue, CatalogueSource } from './catalogue.ts';
import type { CatalogueLoad, KnownVersions, LoadedDeck } from './catalogue-load.ts';
import { giveBack } from './give-back.ts';
import type { CatalogueLoader } from './worker-loader.ts';

/** What the catalogue is kept fresh by. */
export interface LiveCatalogueParts {
  readonly load: CatalogueLoader;
  /** The versions that are in the database now: one small question. */
  readVersions(): Promise<KnownVersions>;
  readonly clock: Clock;
  readonly log: Log;
}

/** A version that is not in force, and why. */
export interface BrokenVersion {
  readonly name: string;
  readonly version: number;
  readonly reason: string;
}

/**
 * The catalogue in force on this node, kept fresh.
 *
 *   poll or hint ──> versions differ? ──> load in a worker ──> swapped whole
 *                                             └─ a deck or the set-up is broken: the old one
 *                                                serves on, and the reason is shown
 *
 * A deck that was replaced is given back at once: whoever waits looks at `current` anew.
 */
export class LiveCatalogue implements CatalogueSource {
  readonly #parts: LiveCatalogueParts;
  /** Versions seen, broken ones included: they are not tried again before they change. */
  #seen: { setup: bigint | undefined; decks: Map<bigint, bigint> } = {
    setup: undefined,
    decks: new Map(),
  };
  readonly #broken = new Map<bigint | 'setup', BrokenVersion>();
  #running: Promise<boolean> | undefined;
  #isAsked = false;
  #current: Catalogue | undefined;
  #loadedAt = 0;

  constructor(parts: LiveCatalogueParts) {
    this.#parts = parts;
  }

  get current(): Catalogue | undefined {
    return this.#current;
  }

  /** The versions that calls are judged by; undefined before the first reading. */
  get inForce(): KnownVersions | undefined {
    const current = this.#current;
    if (current === undefined) return undefined;
    const decks = [...current.decks].map(
      ([id, { header }]) => [id, BigInt(header.version)] as const,
    );
    return { setup: current.setup.version, decks: new Map(decks) };
  }

  /** When the catalogue was last changed, epoch ms; 0 before the first one. */
  get loadedAt(): number {
    return this.#loadedAt;
  }

  /** What stands in the database and is not in force. */
  get broken(): readonly BrokenVersion[] {
    return [...this.#broken.values()];
  }

  /**
   * Looks for newer versions and takes them over; asked meanwhile, it looks once more. Whether the
   * database answered. Never rejects.
   */
  async check(): Promise<boolean> {
    this.#isAsked = true;
    return await (this.#running ??= this.#run());
  }

  async #run(): Promise<boolean> {
    try {
      while (this.#isAsked) {
        this.#isAsked = false;
        await this.#checkOnce();
      }
      return true;
    } catch (fault) {
      this.#parts.log.warn('decks and set-up were not read; the old ones serve on', {
        fault: String(fault),
      });
      return false;
    } finally {
      this.#running = undefined;
    }
  }

  async #checkOnce(): Promise<void> {
    const versions = await this.#parts.readVersions();
    if (isSame(versions, this.#seen)) return;
    await this.#takeOver(await this.#parts.load(this.#seen));
  }

  async #takeOver(load: CatalogueLoad): Promise<void> {
    // The one that waits first: what follows is one step, and no call sees half of it.
    const setup = (await this.#setupOf(load)) ?? this.#current?.setup ?? (await emptySetup());
    const decks = new Map<bigint, CompiledDeck>();
    for (const id of load.deckIds) {
      const old = this.#current?.decks.get(id);
      if (old !== undefined) decks.set(id, old);
    }
    for (const loaded of load.decks) this.#takeDeck(loaded, decks);
    for (const id of this.#seen.decks.keys()) {
      if (load.deckIds.includes(id)) continue;
      this.#seen.decks.delete(id);
      this.#broken.delete(id);
    }
    const before = this.#current?.decks ?? new Map<bigint, CompiledDeck>();
    this.#current = { setup, decks };
    for (const [id, deck] of before) if (decks.get(id) !== deck) giveBack(deck);
    this.#loadedAt = this.#parts.clock.now();
  }

  async #setupOf(load: CatalogueLoad): Promise<Setup | undefined> {
    if (load.setup === undefined) return undefined;
    const { version } = load.setup;
    this.#seen.setup = version;
    try {
      const setup = await compileSetup(load.setup);
      this.#broken.delete('setup');
      return setup;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#say('setup', { name: 'setup', version: Number(version), reason: error.message });
      return undefined;
    }
  }

  #takeDeck(loaded: LoadedDeck, decks: Map<bigint, CompiledDeck>): void {
    this.#seen.decks.set(loaded.id, loaded.version);
    if ('fault' in loaded) {
      const { id, name, version, fault: reason } = loaded;
      this.#say(id, { name, version: Number(version), reason });
      return;
    }
    this.#broken.delete(loaded.id);
    decks.set(loaded.id, CompiledDeck.fromTransferable(loaded.deck));
  }

  #say(key: bigint | 'setup', broken: BrokenVersion): void {
    this.#broken.set(key, broken);
    this.#parts.log.error('a new version is broken; the old one serves on', { ...broken });
  }
}

function isSame(one: KnownVersions, other: KnownVersions): boolean {
  if (one.setup !== other.setup || one.decks.size !== other.decks.size) return false;
  return [...one.decks].every(([id, version]) => other.decks.get(id) === version);
}

async function emptySetup(): Promise<Setup> {
  return await compileSetup({ version: 0n, tenants: [], trunks: [], profiles: [], routes: [] });
}
