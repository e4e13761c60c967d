/** What is said on the bus: one file a message, resource names, refusals, money, the Leg interface. */
export {};
