/** One node: clustering.conf, the CLI, start, drain and the demonstration. */
export {};
