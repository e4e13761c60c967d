/** SIP on the wire for servers: parser, transports, transactions, dialogs, digest. */
export {};
