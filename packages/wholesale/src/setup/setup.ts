import type { AddressMatch, AddressTable } from './address-table.ts';
import type { Profile } from './profile.ts';
import type { Tenant, Trunk } from './trunk.ts';

/** What a set-up is made of. */
export interface SetupParts {
  readonly version: bigint;
  readonly tenants: ReadonlyMap<bigint, Tenant>;
  /** By digest name. */
  readonly users: ReadonlyMap<string, Tenant>;
  /** By name. */
  readonly trunks: ReadonlyMap<string, Trunk>;
  readonly sources: AddressTable<Trunk>;
  /** Active outbound trunks whose address is a literal one. */
  readonly carriers: AddressTable<Trunk>;
  /** Inbound trunks that calls reach by digest, by name. */
  readonly digestTrunks: ReadonlyMap<string, Trunk>;
  readonly profiles: ReadonlyMap<bigint, Profile>;
}

/** Tenants, trunks and profiles as of one version: immutable, looked up without the database. */
export class Setup {
  readonly #parts: SetupParts;
  #trunks: readonly Trunk[] | undefined;

  constructor(parts: SetupParts) {
    this.#parts = parts;
  }

  get version(): bigint {
    return this.#parts.version;
  }

  /** The tenant of that id. */
  tenant(id: bigint | undefined): Tenant | undefined {
    return id === undefined ? undefined : this.#parts.tenants.get(id);
  }

  /** The tenant whom a digest user belongs to. */
  tenantOfUser(username: string): Tenant | undefined {
    return this.#parts.users.get(username);
  }

  /** All trunks, by name. */
  get trunks(): readonly Trunk[] {
    return (this.#trunks ??= [...this.#parts.trunks.values()]);
  }

  /** The trunk of that name. */
  trunk(name: string): Trunk | undefined {
    return this.#parts.trunks.get(name);
  }

  /** The inbound trunk that a digest user stands for. */
  digestTrunk(username: string): Trunk | undefined {
    return this.#parts.digestTrunks.get(username);
  }

  /** Active inbound trunks that calls from an address may belong to, the narrowest range first. */
  trunksFrom(host: string): readonly AddressMatch<Trunk>[] {
    return this.#parts.sources.find(host);
  }

  /** Whether an active outbound trunk leads to that address, as far as it is written literally. */
  isCarrier(host: string): boolean {
    return this.#parts.carriers.find(host).length > 0;
  }

  /** All profiles, with the version that calls are routed by. */
  get profiles(): readonly Profile['label'][] {
    return [...this.#parts.profiles.values()].map(({ label }) => label);
  }

  /** The profile of that id. */
  profile(id: bigint | undefined): Profile | undefined {
    return id === undefined ? undefined : this.#parts.profiles.get(id);
  }
}
