/** Peers: NATS and memory transport, membership, leases. */
export {};
