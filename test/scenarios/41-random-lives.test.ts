import {
  bodyOf,
  type PhoneCall,
  phoneSdp,
  SeededDie,
  type SipCluster,
  startCluster,
} from '@tandem/testing';
import { expect, test } from 'vitest';

const CALLS = 30;
const BEGIN_WITHIN_MS = 20_000;
/** By then whoever still rings or talks hangs up. */
const END_MS = 60_000;

/** Throws of one die, in the words of a story. */
class Fate {
  readonly #die: SeededDie;

  constructor(seed: number) {
    this.#die = new SeededDie(seed);
  }

  isSo(part: number): boolean {
    return this.#die.throw() < part;
  }

  within(ms: number): number {
    return Math.floor(this.#die.throw() * ms);
  }

  oneOf<T>(things: readonly T[]): T {
    return things[Math.floor(this.#die.throw() * things.length)]!;
  }
}

/** What a called phone does: rings, answers, refuses, or lets it be; then talks for a while. */
function liveAsCallee(cluster: SipCluster, fate: Fate, call: PhoneCall): void {
  const later = (ms: number, act: () => void): void => void cluster.clock.startTimer(ms, act);
  const isAlive = (): boolean => !call.ended.isOver && !call.refused.isOver;
  const ringMs = fate.within(800);
  if (fate.isSo(0.8)) later(ringMs, () => isAlive() && call.ring(fate.isSo(0.3) ? 183 : 180));
  if (fate.isSo(0.65)) later(ringMs + fate.within(6_000), () => isAlive() && call.answer());
  else if (fate.isSo(0.7)) {
    later(ringMs + fate.within(3_000), () => isAlive() && call.reject(fate.oneOf([486, 480, 503])));
  }
  talk(cluster, fate, call);
}

function liveAsCaller(cluster: SipCluster, fate: Fate, call: PhoneCall): void {
  const later = (ms: number, act: () => void): void => void cluster.clock.startTimer(ms, act);
  const giveUp = (): void => {
    if (!call.answered.isOver && !call.refused.isOver) call.cancel();
  };
  if (fate.isSo(0.3)) later(fate.within(5_000), giveUp);
  later(END_MS - cluster.clock.monotonicMs(), giveUp);
  talk(cluster, fate, call);
}

/** Hold, digits and the end of a call, if it is ever answered. */
function talk(cluster: SipCluster, fate: Fate, call: PhoneCall): void {
  const later = (ms: number, act: () => void): void => void cluster.clock.startTimer(ms, act);
  const isUp = (): boolean => call.answered.isOver && !call.ended.isOver;
  for (let change = 0; change < 3; change++) {
    const act = fate.oneOf<() => void>([
      () => void call.hold(),
      () => void call.hold('inactive'),
      () => void call.sendDigit('1'),
      () => void call.reinvite(),
      () => void call.request('UPDATE', bodyOf(phoneSdp(call.name, 90 + change)).body),
    ]);
    later(fate.within(20_000), () => isUp() && act());
  }
  later(2_000 + fate.within(25_000), () => isUp() && fate.isSo(0.6) && void call.hangUp());
  later(END_MS + 35_000 - cluster.clock.monotonicMs(), () => isUp() && void call.hangUp());
}

async function live(seed: number, hop: 'nats' | 'sip'): Promise<readonly string[]> {
  const fate = new Fate(seed);
  await using cluster = await startCluster(3, { hop });
  const callers = [await cluster.phone('node1', 'alice'), await cluster.phone('node3', 'carol')];
  const called = [
    await cluster.registered('node2', 'bob'),
    await cluster.registered('node3', 'bob'),
    await cluster.registered('node1', 'dave'),
  ];
  for (const phone of called) phone.onCall = (call) => liveAsCallee(cluster, fate, call);
  const [loss, doubles, delays] = [
    fate.oneOf([0, 0.05, 0.2]),
    fate.oneOf([0, 0.1]),
    fate.oneOf([0, 0, 0.2]),
  ];
  cluster.disturbBySeed({ loss, doubles, delays }, seed);
  for (let count = 0; count < CALLS; count++) {
    const caller = fate.oneOf(callers);
    const name = fate.oneOf(['bob', 'bob', 'dave']);
    cluster.clock.startTimer(fate.within(BEGIN_WITHIN_MS), () =>
      liveAsCaller(cluster, fate, caller.call(name, fate.isSo(0.2) ? { sdp: null } : {})),
    );
  }
  for (let cut = 0; cut < 3; cut++) {
    const node = fate.oneOf(['node1', 'node2', 'node3']);
    const atMs = fate.within(40_000);
    cluster.clock.startTimer(atMs, () => cluster.cut(node));
    const lengthMs = fate.isSo(0.2) ? 25_000 + fate.within(20_000) : fate.within(8_000);
    cluster.clock.startTimer(atMs + lengthMs, () => cluster.mend(node));
  }
  if (fate.isSo(0.25)) {
    const node = fate.oneOf(['node1', 'node2', 'node3']);
    cluster.clock.startTimer(fate.within(40_000), () => cluster.kill(node));
  }
  await cluster.pass(60_000);
  cluster.mend();
  await cluster.pass(60_000);
  cluster.wire.passes = () => true;
  await cluster.pass(40_000);
  return await cluster.faults();
}

const seeds = process.env['SEEDS']?.split('-').map(Number) ?? [1, 4];
const [first = 1, last = first] = seeds;
const each = Array.from({ length: last - first + 1 }, (_, index) => first + index);

test.each(each)(
  'calls with random lives, losses and cuts between the nodes all end once (%s)',
  async (seed) => {
    expect(await live(seed, seed % 4 === 0 ? 'sip' : 'nats')).toEqual([]);
  },
);
