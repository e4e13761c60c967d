import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type DemoNode, startDemoNode } from './demo-node.ts';
import { Narrator } from './narrator.ts';
import { NatsProcess } from './nats-process.ts';
import { pause } from './pause.ts';
import { prepareTenant } from './prepare-tenant.ts';
import { placeCarriedCall, placeForwardedCall, type SamplePlaces } from './sample-calls.ts';
import { openSampleCarrier } from './sample-carrier.ts';
import { numberAbroad, samplePassword, sampleUsers } from './sample-set-up.ts';
import { tellPrice } from './tell-price.ts';

/** What the demonstration is told. */
export interface DemoOptions {
  readonly nodes: number;
  /** Ends after the sample call instead of waiting for Ctrl-C. */
  readonly isOnce: boolean;
  readonly print: (line: string) => void;
  /** Resolves when the person has seen enough. */
  readonly enough: Promise<void>;
}

/** Where the demonstration keeps its files. */
const DIRECTORY = 'data/demo';
/** The last records are told a moment after the BYE. */
const RECORDS_WAIT_MS = 5_000;
const LOOK_PERIOD_MS = 50;
/** A call over three nodes has two legs on the caller's and two on the called party's. */
const LEGS_OF_FORWARDED_CALL = 4;

/**
 * A cluster on this machine, and a call across it that is told line by line. Nothing is left
 * running afterwards. @throws TandemError when a part of it cannot be started
 */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { print } = options;
  const directory = resolve(DIRECTORY);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'clustering.conf'), '; the demonstration sets all on its own\n');
  const names = Array.from({ length: options.nodes }, (_, index) => `node${index + 1}`);
  const narrator = new Narrator(print, names);
  narrator.isSilent = true;
  const nodes: DemoNode[] = [];

  narrator.step('NATS, Postgres and the nodes start on this machine');
  await using nats = await NatsProcess.start(join(directory, 'nats'));
  narrator.say(`NATS listens at ${nats.address}`);
  try {
    for (const index of names.keys()) {
      const ground = { directory, nats: nats.address, narrator };
      const node = await startDemoNode(ground, index);
      nodes.push(node);
      if (index === 0) narrator.say('Postgres is the embedded server, shared by all nodes');
      narrator.say(`${node.name} listens for SIP at ${node.sip}, HTTP at ${node.node.consoleUrl}`);
    }
    await using carrier = await openSampleCarrier(nodes[0]!.sip);
    narrator.say(`a carrier answers at ${carrier.address}`);
    await prepareTenant(nodes, carrier.address);
    await everyoneSeesEveryone(nodes);
    narrator.isSilent = false;
    await showForwardedCall(nodes, narrator);
    await showCarriedCall(nodes, narrator);
    narrator.isSilent = true;
    invite(nodes, print);
    if (!options.isOnce) {
      await options.enough;
      print('\nEnding: the nodes say farewell.');
    }
  } finally {
    await Promise.all(nodes.map(async ({ node }) => await node.stop()));
  }
}

async function showForwardedCall(nodes: readonly DemoNode[], narrator: Narrator): Promise<void> {
  await placeForwardedCall(placesAmong(nodes), narrator);
  narrator.step('The records: one per leg, all with one billid, from the node where alice called');
  const wanted = nodes.length > 1 ? LEGS_OF_FORWARDED_CALL : 2;
  const records = (): DemoNode['records'] => nodes.flatMap((node) => node.records);
  for (let waitedMs = 0; records().length < wanted; waitedMs += LOOK_PERIOD_MS) {
    if (waitedMs > RECORDS_WAIT_MS) break;
    await pause(LOOK_PERIOD_MS);
  }
  for (const record of records()) narrator.record(record);
  await tellPrices(nodes, narrator);
}

async function showCarriedCall(nodes: readonly DemoNode[], narrator: Narrator): Promise<void> {
  for (const { records } of nodes) records.length = 0;
  await placeCarriedCall(placesAmong(nodes), narrator);
  for (let waitedMs = 0; nodes.every(({ records }) => records.length === 0);) {
    if ((waitedMs += LOOK_PERIOD_MS) > RECORDS_WAIT_MS) break;
    await pause(LOOK_PERIOD_MS);
  }
  await tellPrices(nodes, narrator);
}

/** With fewer nodes than three, one of them plays two parts. */
function placesAmong(nodes: readonly DemoNode[]): SamplePlaces {
  const at = (index: number): string => nodes[index % nodes.length]!.sip;
  return { alice: at(0), bob: at(1), through: at(2) };
}

/** Of the calls that came in by a phone: whoever carried one on for a sister charges nothing. */
async function tellPrices(nodes: readonly DemoNode[], narrator: Narrator): Promise<void> {
  const calls = new Set(
    nodes
      .flatMap(({ records }) =>
        records.filter(({ driver, direction }) => driver === 'sip' && direction === 'incoming'),
      )
      .map(({ billid }) => billid),
  );
  for (const call of calls) await tellPrice(nodes[0]!, call, narrator);
}

/** A node that has just come is heard with its first beat. */
async function everyoneSeesEveryone(nodes: readonly DemoNode[]): Promise<void> {
  const isSeen = ({ node }: DemoNode): boolean =>
    node.mesh.membership.peers.filter(({ state }) => state === 'up').length === nodes.length - 1;
  for (let waitedMs = 0; !nodes.every(isSeen) && waitedMs < RECORDS_WAIT_MS;) {
    await pause(LOOK_PERIOD_MS);
    waitedMs += LOOK_PERIOD_MS;
  }
}

function invite(nodes: readonly DemoNode[], print: (line: string) => void): void {
  const api = nodes[0]!.node.consoleUrl;
  print('');
  print('The cluster stays up. Look at it in a browser:');
  print('');
  print(`   console  ${api}/`);
  print('');
  print('   Nobody has to sign in: without a token in [console] it is open, on this machine only.');
  print(
    '   The call across nodes, its price and its trail: CDRs, then the number that was called.',
  );
  print('');
  print('Try it:');
  for (const { name, sip, node } of nodes) {
    print(`   ${name}  SIP ${sip} (UDP, TCP)   ${node.consoleUrl}/   ${node.consoleUrl}/metrics`);
  }
  const users = Object.values(sampleUsers).map(
    (name) => `${name} (password ${samplePassword(name)})`,
  );
  print(
    `   register a phone of your own as ${users.join(' or ')} at any node, and call the other,`,
  );
  print(`   or as alice ${numberAbroad} or any number that begins with 1: the carrier answers`);
  print(`   bin/tandem nodes --api ${api}`);
  print(`   bin/tandem calls --watch --api ${api}`);
  print('Ctrl-C ends all of it.');
}
