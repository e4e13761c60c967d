/** The driver between the bus and SIP: REGISTER, incoming and outgoing legs. */
export {};
