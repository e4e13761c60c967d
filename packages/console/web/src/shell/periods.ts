/** How often the nodes are asked for, ms: their beats are a second apart. */
export const NODES_PERIOD_MS = 2_000;

/** How often the active calls are asked for while events tell of changes in between, ms. */
export const CALLS_PERIOD_MS = 2_000;

/** How often what changes slowly is asked for: records, balances, ms. */
export const SLOW_PERIOD_MS = 10_000;
