import { listOf, numberOf, objectOf, textOf, textsOf } from './read-json.ts';

/** A deck as one node has it. */
export interface DeckVersion {
  readonly name: string;
  readonly version: number;
}

/** One row of GET /nodes. */
export interface NodeRow {
  readonly name: string;
  readonly boot: string;
  readonly version: string;
  /** starting, up, lagging, draining or dead. */
  readonly state: string;
  readonly addresses: readonly string[];
  readonly uptimeMs: number;
  readonly lastSeenMs: number;
  readonly calls: number;
  readonly callsPerSecond: number;
  /** Calls decided in the last minute, and answered ones among them. */
  readonly seizures: number;
  readonly answers: number;
  readonly loopLagMs: number;
  readonly memoryBytes: number;
  readonly nats: string;
  readonly database: string;
  readonly journalRecords: number;
  readonly decks: readonly DeckVersion[];
  /** How each other node sees it. */
  readonly seenBy: Readonly<Record<string, string>>;
}

/** One answer of GET /nodes. */
export interface NodeTable {
  readonly askedNode: string;
  readonly nodes: readonly NodeRow[];
}

/** Reads one answer of GET /nodes. */
export function readNodeTable(body: unknown): NodeTable {
  const { askedNode, nodes } = objectOf(body);
  return { askedNode: textOf(askedNode), nodes: listOf(nodes).map(readNode) };
}

function readNode(value: unknown): NodeRow {
  const row = objectOf(value);
  return {
    name: textOf(row['name']),
    boot: textOf(row['boot']),
    version: textOf(row['version']),
    state: textOf(row['state'], 'dead'),
    addresses: listOf(row['addresses']).map((address) => textOf(address)),
    uptimeMs: numberOf(row['uptimeMs']),
    lastSeenMs: numberOf(row['lastSeenMs']),
    calls: numberOf(row['calls']),
    callsPerSecond: numberOf(row['callsPerSecond']),
    seizures: numberOf(row['seizures']),
    answers: numberOf(row['answers']),
    loopLagMs: numberOf(row['loopLagMs']),
    memoryBytes: numberOf(row['memoryBytes']),
    nats: textOf(row['nats'], 'none'),
    database: textOf(row['database'], 'down'),
    journalRecords: numberOf(row['journalRecords']),
    decks: listOf(row['decks']).map((deck) => ({
      name: textOf(objectOf(deck)['name']),
      version: numberOf(objectOf(deck)['version']),
    })),
    seenBy: textsOf(row['seenBy']),
  };
}
