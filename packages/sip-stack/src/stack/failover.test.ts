import { describe, expect, it } from 'vitest';

import { DnsTable } from '../resolve/dns-table.test-support.ts';
import type { RequestPath } from './outgoing-options.ts';
import { type HandPeer, MemoryBench } from './memory-bench.test-support.ts';
import { AnswerNotes } from './note-taker.test-support.ts';

const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'];
const targets = addresses.map((address) => ({ transport: 'udp' as const, address, port: 5060 }));

interface Scene {
  readonly bench: MemoryBench;
  readonly peers: readonly HandPeer[];
  readonly heard: AnswerNotes;
}

async function open(count: number): Promise<Scene> {
  const bench = await MemoryBench.open();
  const peers = addresses.slice(0, count).map((address) => bench.peer(`${address}:5060`));
  return { bench, peers, heard: new AnswerNotes() };
}

const names = { uri: 'sip:carrier.example.com', from: '<sip:a@x>', to: '<sip:b@x>' };

function invite({ bench, heard }: Scene, path: RequestPath) {
  return bench.stack.sendInvite({ ...names, path }, heard);
}

function options({ bench, heard }: Scene, path: RequestPath) {
  return bench.stack.sendRequest({ ...names, method: 'OPTIONS', path }, heard);
}

const methods = (peers: readonly HandPeer[]): string[][] => peers.map((peer) => peer.methods);

describe('failover between the targets of one request (RFC 3263 §4.3)', () => {
  it('goes on after a transport error, under a new branch', async () => {
    const scene = await open(2);
    const { bench, peers } = scene;
    bench.network.release('10.0.0.1:5060');
    invite(scene, { targets: targets.slice(0, 2) });
    await bench.settle();
    expect(methods(peers)).toEqual([[], ['INVITE']]);
    const branches = bench.network.log.map(({ text }) => /branch=(\S+)/.exec(text)?.[1]);
    expect(new Set(branches).size).toBe(2);
    const callIds = bench.network.log.map(({ text }) => /Call-ID: (\S+)/.exec(text)?.[1]);
    expect(new Set(callIds).size).toBe(1);
  });

  it.each(['INVITE', 'OPTIONS'])('goes on after %s was silent for 64 T1', async (method) => {
    const scene = await open(2);
    const { bench, peers, heard } = scene;
    bench.network.passes = ({ to }) => to !== '10.0.0.1:5060';
    (method === 'INVITE' ? invite : options)(scene, { targets: targets.slice(0, 2) });
    await bench.turn(31_900);
    expect(methods(peers)).toEqual([[], []]);
    await bench.turn(200);
    expect(methods(peers)).toEqual([[], [method]]);
    await peers[1]?.answer(peers[1].lastRequest, 486, { tag: 'b' });
    expect(heard.notes).toEqual([method === 'INVITE' ? 'refused 486' : 'final 486']);
    await bench.turn(33_000);
    expect(bench.leftovers()).toBe(0);
  });

  it('waits for no more than three silent targets', async () => {
    const scene = await open(5);
    const { bench, heard } = scene;
    bench.network.passes = () => false;
    invite(scene, { targets });
    await bench.turn(100_000);
    expect(heard.notes).toEqual(['failed timeout 408']);
    expect(new Set(bench.network.log.map(({ to }) => to)).size).toBe(3);
    expect(bench.leftovers()).toBe(0);
  });

  it('stays with a target that was heard', async () => {
    const scene = await open(2);
    const { bench, peers, heard } = scene;
    options(scene, { targets: targets.slice(0, 2) });
    await bench.settle();
    await peers[0]?.answer(peers[0].lastRequest, 100);
    await bench.turn(40_000);
    expect(heard.notes).toEqual(['provisional 100', 'failed timeout 408']);
    expect(peers[1]?.methods).toEqual([]);
  });

  it('takes a 503 for the answer unless told to go on', async () => {
    const scene = await open(2);
    const { bench, peers, heard } = scene;
    invite(scene, { targets: targets.slice(0, 2) });
    await bench.settle();
    await peers[0]?.answer(peers[0].lastRequest, 503, { tag: 'b' });
    expect(heard.notes).toEqual(['refused 503']);
    expect(peers[1]?.methods).toEqual([]);
  });

  it('goes on after a 503 where told to, and the last 503 is the answer', async () => {
    const scene = await open(2);
    const { bench, peers, heard } = scene;
    invite(scene, { targets: targets.slice(0, 2), isNextTriedOn503: true });
    await bench.settle();
    const [first, second] = peers;
    await first?.answer(first.lastRequest, 183, { tag: 'early' });
    await first?.answer(first.lastRequest, 503, { tag: 'early' });
    expect(methods(peers)).toEqual([['INVITE', 'ACK'], ['INVITE']]);
    await second?.answer(second.lastRequest, 503, { tag: 'b' });
    expect(heard.notes).toEqual(['provisional 183 early', 'refused 503']);
    await bench.turn(33_000);
    expect(bench.leftovers()).toBe(0);
  });

  it('tries none after a CANCEL', async () => {
    const scene = await open(2);
    const { bench, peers, heard } = scene;
    bench.network.passes = ({ to }) => to !== '10.0.0.1:5060';
    const calling = invite(scene, { targets: targets.slice(0, 2) });
    await bench.turn(1_000);
    calling.cancel();
    await bench.turn(33_000);
    expect(heard.notes).toEqual(['failed timeout 408']);
    expect(peers[1]?.methods).toEqual([]);
  });
});

describe('a target that failed lately', () => {
  it('is tried last for half a minute, and as before once it was heard', async () => {
    const scene = await open(2);
    const { bench, peers } = scene;
    const path = { targets: targets.slice(0, 2) };
    bench.network.passes = ({ to }) => to !== '10.0.0.1:5060';
    const calling = invite(scene, path);
    await bench.turn(4_000);
    calling.cancel();
    invite(scene, path);
    await bench.settle();
    expect(methods(peers)).toEqual([[], ['INVITE']]);
    bench.network.passes = () => true;
    await bench.turn(30_000);
    invite(scene, path);
    await bench.settle();
    expect(peers[0]?.methods.at(-1)).toBe('INVITE');
  });

  it('is left alone for as long as its 503 says', async () => {
    const scene = await open(2);
    const { bench, peers } = scene;
    const path = { targets: targets.slice(0, 2), isNextTriedOn503: true };
    options(scene, path);
    await bench.settle();
    const [first, second] = peers;
    await first?.answer(first.lastRequest, 503, { headers: ['Retry-After: 120'] });
    await bench.turn(110_000);
    options(scene, path);
    await bench.settle();
    expect(first?.methods).toHaveLength(1);
    expect(second?.methods.length).toBeGreaterThan(1);
  });
});

it('the default resolver finds targets by SRV and tries them in order', async () => {
  const zone = new DnsTable().host('one.x', ['10.0.0.1']).host('two.x', ['10.0.0.2']);
  zone.srvs.set('_sip._udp.carrier.example.com', [
    { priority: 1, weight: 0, port: 5060, host: 'one.x' },
    { priority: 2, weight: 0, port: 5062, host: 'two.x' },
  ]);
  const bench = await MemoryBench.open('udp', { dnsSource: zone });
  const second = bench.peer('10.0.0.2:5062');
  const heard = new AnswerNotes();
  bench.stack.sendInvite(names, heard);
  await bench.settle();
  expect(second.methods).toEqual(['INVITE']);
  expect(await bench.stack.resolve('sip:carrier.example.com')).toHaveLength(2);
});
