import type { RawSection } from '@tandem/engine';
import type { ConfEntry } from './conf-reader.ts';

/** The settings of one node as texts, with the place of each: file and overrides laid together. */
export class Conf {
  readonly #values = new Map<string, Map<string, ConfEntry[]>>();
  readonly #places: ReadonlyMap<string, string>;

  /**
   * @param file what places are named by, such as `clustering.conf`
   * @param entries in order; a key that repeats is a list
   * @param overrides each replaces what the file says of its key
   * @param places of section headers, so that empty sections have one too
   */
  constructor(
    readonly file: string,
    entries: readonly ConfEntry[],
    overrides: readonly ConfEntry[] = [],
    places: ReadonlyMap<string, string> = new Map(),
  ) {
    this.#places = places;
    for (const entry of entries) this.#valuesOf(entry).push(entry);
    for (const entry of overrides) this.#valuesOf(entry).splice(0, Infinity, entry);
  }

  /** Names of the sections that are there, empty ones included. */
  get sections(): readonly string[] {
    return [...new Set([...this.#places.keys(), ...this.#values.keys()])];
  }

  /** One section as the engine takes it; empty when it is not there. */
  section(name: string): RawSection {
    const keys = this.#values.get(name) ?? new Map<string, ConfEntry[]>();
    return Object.fromEntries(
      [...keys].map(([key, entries]) => {
        const values = entries.map(({ value }) => value);
        return [key, values.length === 1 ? values[0]! : values];
      }),
    );
  }

  /** Where a key stands: `clustering.conf:12`; else where its section does, else the file. */
  placeOf(section: string, key?: string): string {
    const entries = key === undefined ? undefined : this.#values.get(section)?.get(key);
    const first = entries?.[0] ?? this.#values.get(section)?.values().next().value?.[0];
    return entries?.[0]?.place ?? this.#places.get(section) ?? first?.place ?? this.file;
  }

  /** Places of a key that is given more than once. */
  placesOf(section: string, key: string): readonly string[] {
    return (this.#values.get(section)?.get(key) ?? []).map(({ place }) => place);
  }

  #valuesOf({ section, key }: ConfEntry): ConfEntry[] {
    const keys = this.#values.get(section) ?? new Map<string, ConfEntry[]>();
    this.#values.set(section, keys);
    const entries = keys.get(key) ?? [];
    keys.set(key, entries);
    return entries;
  }
}
