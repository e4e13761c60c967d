/** Says which services of a domain are to be asked for, by which transport (RFC 3403, RFC 3263 §4.1). */
export interface NaptrRecord {
  readonly order: number;
  readonly preference: number;
  /** `s`: the replacement has SRV records; `a`: it has addresses. */
  readonly flags: string;
  /** Such as `SIP+D2U`, `SIP+D2T`, `SIPS+D2T`. */
  readonly service: string;
  readonly replacement: string;
  readonly ttlSeconds?: number;
}

/** A server of a service (RFC 2782). */
export interface SrvRecord {
  /** The lowest is tried first. */
  readonly priority: number;
  /** Share among those of one priority. */
  readonly weight: number;
  readonly port: number;
  /** Name of the host; `.` or empty says that there is no such service. */
  readonly host: string;
  readonly ttlSeconds?: number;
}

/** An address of a host: A or AAAA. */
export interface AddressRecord {
  readonly address: string;
  readonly ttlSeconds?: number;
}

/**
 * Where names are looked up. An empty list: the name has no such records. A rejection: nobody could
 * say (server failure, no answer). Must end: bound your own wait. Without `ttlSeconds` an answer is
 * believed for a minute.
 */
export interface DnsSource {
  naptr(domain: string): Promise<readonly NaptrRecord[]>;
  srv(name: string): Promise<readonly SrvRecord[]>;
  addresses(host: string, family: 4 | 6): Promise<readonly AddressRecord[]>;
}
