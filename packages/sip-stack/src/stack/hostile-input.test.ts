import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { mutate, SeededRandom } from '../wire/mutate.test-support.ts';
import type { IncomingInvite } from './incoming-request.ts';
import { MemoryBench, STACK } from './memory-bench.test-support.ts';
import { AnswerNotes, DialogNotes } from './note-taker.test-support.ts';

const TORTURE = join(process.cwd(), '..', 'shared', 'torture');
const ROUNDS = 4_000;
const SENDER = '10.0.0.66:5060';

/** A stack that answers everything, with a call each way up, and the messages of these calls. */
async function busyStack(): Promise<{ bench: MemoryBench; seeds: string[] }> {
  const bench = await MemoryBench.open();
  bench.stack.user = {
    onInvite: (invite: IncomingInvite) => {
      invite.openDialog().user = new DialogNotes();
      invite.respondReliably(183);
      invite.respond(200);
    },
    onRequest: (request) => request.respond(200),
  };
  const peer = bench.peer(SENDER);
  await peer.request({ method: 'INVITE' });
  const toTag = peer.lastResponse.toTag ?? '';
  const heard = new AnswerNotes();
  bench.stack.sendInvite({ uri: `sip:bob@${SENDER}`, from: '<sip:a@x>', to: '<sip:b@x>' }, heard);
  await bench.settle();
  const offer = peer.lastRequest;
  const seeds = [
    'INVITE',
    'ACK',
    'BYE',
    'CANCEL',
    'PRACK',
    'UPDATE',
    'OPTIONS',
    'REGISTER',
  ].flatMap((method, index) => [
    peer.requestText({ method, cseq: index + 2, branch: `z9hG4bKseed${index}` }),
    peer.requestText({ method, cseq: index + 2, toTag, headers: ['RAck: 1 1 INVITE'] }),
  ]);
  for (const [status, tag] of [
    [180, 'b1'],
    [200, 'b1'],
    [200, 'b2'],
    [486, 'b1'],
  ] as const) {
    const before = bench.network.log.length;
    await peer.answer(offer, status, { tag });
    seeds.push(bench.network.log[before]?.text ?? '');
  }
  // From here on it says what no peer could read back: a refusal echoes broken headers.
  bench.network.release(SENDER);
  bench.network.attach(SENDER, () => {});
  return { bench, seeds };
}

/** Nothing may be left of whatever the stack made of its input. */
async function expectCalm(bench: MemoryBench): Promise<void> {
  bench.network.passes = () => false;
  await bench.turn(64_000);
  await bench.turn(1_000_000);
  await bench.turn(64_000);
  expect(bench.notices).toEqual([]);
  const { gauges } = bench.stack.stats();
  expect({ ...gauges, dialogs: 0 }).toEqual({
    inviteServers: 0,
    requestServers: 0,
    inviteClients: 0,
    requestClients: 0,
    unanswered: 0,
    dialogs: 0,
    endedDialogs: 0,
    unacknowledgedAnswers: 0,
    timers: 0,
    connections: 0,
    listeners: 1,
  });
}

describe('hostile input', () => {
  it(`of ${ROUNDS} mutated messages raises no fault and leaves nothing`, async () => {
    const { bench, seeds } = await busyStack();
    const random = new SeededRandom(7);
    for (let round = 0; round < ROUNDS; round++) {
      const text = mutate(random.pick(seeds), random.pick(seeds), random);
      bench.network.send({ text, from: SENDER, to: STACK });
      if (round % 200 === 0) await bench.turn(random.below(700));
    }
    await bench.settle();
    const { received, malformed } = bench.stack.stats().counters;
    expect(Object.values(received).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(500);
    expect(Object.values(malformed).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(500);
    await expectCalm(bench);
  });

  it('of RFC 4475 raises no fault and leaves nothing', async ({ skip }) => {
    if (!existsSync(TORTURE)) {
      console.warn(`no torture messages at ${TORTURE}: this test is skipped`);
      skip();
    }
    const { bench } = await busyStack();
    for (const name of readdirSync(TORTURE).filter((file) => file.endsWith('.dat'))) {
      const text = readFileSync(join(TORTURE, name), 'latin1');
      bench.network.send({ text, from: SENDER, to: STACK });
      await bench.settle();
    }
    await expectCalm(bench);
  });
});
