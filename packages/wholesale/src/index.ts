/** Tenants, trunks, profiles, routes, breakers, rate import. */
export {};
