import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { Phones } from '../harness/phones.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';
import { hasProgram, Program } from '../harness/program.ts';

const canRun = hasNats && ['svmap', 'svwar', 'svcrack'].every(hasProgram);
if (!canRun) {
  console.warn(
    'SKIPPED, LOUDLY: no SIPVicious on this machine (Debian: apt-get install sipvicious)',
  );
}

const USERS = ['130', '155', '156'];
const FIRST = 101;
const LAST = 180;
const GUESSES = 400;
/** Who is banned is the one who guessed; other phones have another address. */
const OTHER = '127.0.0.50';
const PATIENCE_MS = 20_000;

describe.skipIf(!canRun)('SIPVicious', { timeout: 90_000 }, () => {
  let cluster: ProcessCluster;

  beforeAll(async () => {
    const settings = ['sip.unknownSource=challenge'];
    cluster = await ProcessCluster.start({ nodes: 1, users: USERS, settings });
  });
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
  });

  const attack = (name: string, args: readonly string[]): Program => {
    const { sipHost, sipPort } = cluster.node(1).place;
    return Program.start(name, [...args, '-p', String(sipPort), sipHost], cluster.directory);
  };
  const metric = (name: string) => cluster.node(1).metric(name);

  test('finds no user among eighty, though three are there', async () => {
    const range = ['--force', '-e', `${FIRST}-${LAST}`, '-t', '0.01'];
    await using program = attack('svwar', [...range, '-m', 'REGISTER']);
    await program.end(8_000);
    const rows = [...program.output.matchAll(/^\|\s*(1\d\d)\s*\|\s*(\S+)/gm)];
    // All look alike: it lists everybody, or nobody who is there.
    expect(new Set(rows.map(([, , verdict]) => verdict)).size, program.output).toBeLessThan(2);
    const named = rows.flatMap(([, user = '']) => user);
    if (named.length < LAST - FIRST) {
      expect(named.filter((user) => USERS.includes(user))).toEqual([]);
    }
  });

  test('guesses no password, and is banned before the right one comes', async () => {
    const words = Array.from({ length: GUESSES }, (_, at) => `guess-${at}`);
    const file = path.join(cluster.directory, 'words.txt');
    await writeFile(file, `${[...words, 'secret-130'].join('\n')}\n`);
    await using program = attack('svcrack', ['-u', '130', '-d', file]);
    const isBanned = async () => (await metric('tandem_sip_banned_addresses')) === 1;
    await eventually('it is banned', isBanned, PATIENCE_MS);
    const before = await metric('tandem_sip_dropped_total');
    await eventually(
      'nothing of it is heard',
      async () => (await metric('tandem_sip_dropped_total')) > before + 10,
      PATIENCE_MS,
    );
    await program.end(0);
    expect(program.output).not.toContain('secret-130');
    expect(await metric('tandem_sip_auth_refused_total')).toBeLessThan(GUESSES / 2);

    await using phones = new Phones();
    await phones.registeredAt(cluster.node(1), '155', OTHER);
    await using map = attack('svmap', ['-t', '0.2']);
    await map.end(5_000);
    expect(map.output).not.toContain('Tandem');
  });
});
