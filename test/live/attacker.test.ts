import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { Phones } from '../harness/phones.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';
import { hasProgram, Program } from '../harness/program.ts';
import { SlowRelay } from '../harness/slow-relay.ts';

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
/** Where svwar is. */
const SCANNER = '127.0.0.65';
const FAR_MS = 1_500;

describe.skipIf(!canRun)('SIPVicious', { timeout: 90_000 }, () => {
  let cluster: ProcessCluster;

  beforeAll(async () => {
    // On a machine that stands still it would answer whoever asks then 503, known or not.
    const settings = ['sip.unknownSource=challenge', 'sip.overloadLag=0'];
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

  // It leaves a server alone whose answers to all are the same 401, as soon as it has seen two. So the
  // node is far away: all are asked for before the first answer is there.
  test('asks for eighty users by three methods and finds none of those who are there: all get the same answer', async () => {
    const wanted = Array.from({ length: LAST - FIRST + 1 }, (_, at) => String(FIRST + at));
    const scan = async (method: string): Promise<void> => {
      await using relay = await SlowRelay.open(SCANNER, cluster.node(1).place, FAR_MS);
      const range = ['--force', '-e', `${FIRST}-${LAST}`, '-t', '0.001', '-m', method];
      const port = ['-p', String(relay.port), SCANNER];
      await using program = Program.start('svwar', [...range, ...port], cluster.directory);
      await eventually(
        `all are asked for by ${method} and answered`,
        () => {
          const answered = new Set(shapesOf(relay).map(({ user }) => user));
          return wanted.every((user) => answered.has(user));
        },
        PATIENCE_MS,
      );
      await program.end(FAR_MS + 1_000);
      expect(program.output).not.toMatch(/^\|\s*\d+\s*\|/m);
      const heard = shapesOf(relay).filter(({ user }) => wanted.includes(user));
      expect(new Set(heard.map(({ shape }) => shape)).size).toBe(1);
    };
    await Promise.all(['REGISTER', 'INVITE', 'OPTIONS'].map(scan));
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

/** The final answers, each with whom it is about and without what differs in any two. */
function shapesOf({ answers }: SlowRelay): { readonly user: string; readonly shape: string }[] {
  return answers
    .filter(({ answer }) => !answer.startsWith('SIP/2.0 1'))
    .map(({ request, answer }) => {
      const user = /^To:\s*"?(\d+)/im.exec(request)?.[1] ?? '';
      const shape = answer
        .replace(/^(?:Via|From|To|Call-ID|CSeq|Date): .*\r\n/gim, '')
        .replace(/(nonce|opaque)="[^"]*"/g, '$1')
        .replaceAll(user, 'user');
      return { user, shape };
    });
}
