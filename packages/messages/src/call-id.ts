/** A node and one boot of it: what ids and subjects are made from. */
export interface NodeIdentity {
  /** `[general] nodename`, or what `--node` said. */
  readonly node: string;
  /** Unique for each start of the node; letters and digits only. */
  readonly boot: string;
}

/** Makes the id of a call, its billid: `<node>-<boot>-<n>`. Unique in the cluster and over restarts. */
export function makeCallId({ node, boot }: NodeIdentity, counter: number): string {
  return `${node}-${boot}-${counter}`;
}

/** Reads whose call an id names; undefined if it is no such id. The node's name may hold dashes. */
export function parseCallId(id: string): (NodeIdentity & { counter: number }) | undefined {
  const match = /^(.+)-([0-9A-Za-z]+)-(\d+)$/.exec(id);
  return match === null
    ? undefined
    : { node: match[1]!, boot: match[2]!, counter: Number(match[3]) };
}
