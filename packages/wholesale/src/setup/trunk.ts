import type { BranchParams, LimitedParty, Micros } from '@tandem/messages';
import type { AddressRange } from './address-range.ts';

/** When a carrier is left alone: so many failures in a row, so long, so many probes after it. */
export interface BreakerSettings {
  /** 0: never. */
  readonly failures: number;
  readonly openSeconds: number;
  readonly probes: number;
  /** SIP statuses that count as failures. */
  readonly codes: readonly number[];
}

/** A trunk as routing sees it. */
export interface Trunk {
  /** Id, name and limits. */
  readonly party: LimitedParty;
  readonly name: string;
  readonly isInbound: boolean;
  readonly isOutbound: boolean;
  readonly isActive: boolean;
  /** Whose calls come in here. */
  readonly tenantId: bigint | undefined;
  readonly sources: readonly AddressRange[];
  readonly calledPrefix: string;
  readonly callerPrefix: string;
  readonly listener: string;
  /** Digest name: of the caller where calls come in, ours where they go out. */
  readonly username: string;
  readonly password: string;
  /** One node registers with its peer: then name and password are ours only. */
  readonly isRegistered: boolean;
  /** How often its peer is asked by OPTIONS whether it is there; 0: never. */
  readonly probeSeconds: number;
  /** The form in which numbers come in; empty: as they are. */
  readonly numberIn: string;
  /** Headers, in lower case, that calls from here may bring to other trunks; none: what those allow. */
  readonly allowedHeaders: readonly string[];
  /** SIP URI without a user; empty where calls do not go out. */
  readonly address: string;
  readonly deckId: bigint | undefined;
  readonly techPrefix: string;
  readonly breaker: BreakerSettings;
  /** What stands before and behind the number in its calltos. */
  readonly callto: { readonly before: string; readonly behind: string };
  /** For its driver, with every branch. */
  readonly driverOptions: NonNullable<BranchParams['driverOptions']>;
  /** What else every branch to it bears; undefined if that is nothing. */
  readonly branchParams: BranchParams | undefined;
}

/** Whose money is not known is not spent: who pays, and what may be called for it. */
export interface Tenant {
  readonly party: LimitedParty & { readonly currency: string };
  readonly isActive: boolean;
  readonly deckId: bigint | undefined;
  readonly profileId: bigint | undefined;
  /** Undefined = any. */
  readonly countries: ReadonlySet<string> | undefined;
  /** Highest sell rate per minute; undefined = any. */
  readonly maxRateMicros: Micros | undefined;
}
