import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { freePort } from '@tandem/testing';
import { eventually } from '../harness/eventually.ts';
import { Sipp } from '../harness/sipp.ts';
import type { Act } from './act.ts';
import { OTHER_PHONE, type Stage } from './stage.ts';

const MOVE_MS = 30_000;

/** The end of a stage: one of its nodes dies. */
export const finale: readonly Act[] = [
  {
    number: 37,
    name: 'one trunk registration is held by exactly one node and moves when it dies',
    perform: trunkMoves,
  },
];

// SIPp is the carrier. It takes each Call-ID for another customer: one node is one.
async function trunkMoves({ cluster, directory }: Stage): Promise<void> {
  const place = { localHost: OTHER_PHONE, localPort: await freePort(OTHER_PHONE) };
  const log = path.join(directory, 'carrier.log');
  const more = ['-trace_msg', '-message_file', log];
  await using carrier = await Sipp.start({ scenario: 'take-registrations', ...place, more });
  const account = { username: 'acme', password: 'secret', register: true };
  const address = `sip:${place.localHost}:${place.localPort}`;
  const setUp = {
    trunks: [{ name: 'line-1', direction: 'bidirectional', address, ...account }],
    tenants: [{ name: 'acme', currency: 'USD', countries: 'any', trunks: ['line-1'] }],
  };
  const file = path.join(directory, 'trunk.json');
  await writeFile(file, JSON.stringify(setUp));
  const { code, stderr } = await cluster.tandem(['apply', file, '--config', cluster.conf]);
  if (code !== 0) throw new Error(stderr);
  const holders = async () => proven(await readFile(log, 'latin1').catch(() => ''));
  const [first] = await eventually(
    'a node has registered',
    async () => {
      const places = await holders();
      return places.length > 0 && places;
    },
    MOVE_MS,
  );
  // What another one would have sent by now, too.
  await eventually('all nodes show who holds it', async () => {
    const shown = await Promise.all(
      cluster.nodes.map(async (node) => await node.api<TrunkRow>('/trunks/line-1')),
    );
    return shown.every(({ registration }) => registration?.state === 'registered');
  });
  if ((await holders()).length > 1) throw new Error('two nodes have registered');
  const dead = cluster.nodes.find(({ sip }) => sip === first);
  if (dead === undefined) throw new Error(`nobody is at ${first}`);
  await dead.kill();
  await eventually(
    'another node has registered',
    async () => (await holders()).length === 2,
    MOVE_MS,
  );
  if (carrier.process.exitCode !== null) throw new Error('the carrier is gone');
}

interface TrunkRow {
  readonly registration?: { readonly state: string } | null;
}

/** Places of the nodes that have registered with a password, in their order, each once. */
function proven(log: string): readonly string[] {
  const messages = log.split(/^-{40,}.*$/m).filter((text) => text.includes('message received'));
  const places = messages.flatMap((text) => {
    const isProven = /^REGISTER /m.test(text) && /^Authorization:/m.test(text);
    const place = /^Contact: <sip:[^@]+@([\d.:]+)/m.exec(text)?.[1];
    return isProven && place !== undefined ? [place] : [];
  });
  return [...new Set(places)];
}
