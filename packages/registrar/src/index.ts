/** Users, their credentials, and where they are. */
export {};
