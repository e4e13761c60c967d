/** The host of `host:port`, of `[v6]:port`, or of an address without a port. */
export function hostOf(address: string): string {
  const match = /^\[([^\]]*)\](?::\d+)?$/.exec(address) ?? /^([^:]*):\d+$/.exec(address);
  return match?.[1] ?? address;
}
