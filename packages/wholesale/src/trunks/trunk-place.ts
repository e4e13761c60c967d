import type { Trunk } from '../setup/trunk.ts';

/** How a trunk's peer is reached, for the driver. */
export interface TrunkPlace {
  readonly trunk: string;
  readonly address: string;
  readonly outboundProxy?: string;
  readonly listener?: string;
}

/** Reads it from the set-up. */
export function placeOf({ name, address, listener, branchParams }: Trunk): TrunkPlace {
  const outboundProxy = branchParams?.outboundProxy;
  return {
    trunk: name,
    address,
    ...(outboundProxy !== undefined && { outboundProxy }),
    ...(listener !== '' && { listener }),
  };
}
