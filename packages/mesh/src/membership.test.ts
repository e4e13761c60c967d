import { ManualClock, silentLog } from '@tandem/engine';
import { expect, test } from 'vitest';
import { MemoryHub } from './memory-transport.ts';
import { MeshMembership } from './mesh-membership.ts';
import { BEAT_PERIOD_MS, JUDGE_PERIOD_MS } from './silence.ts';
import { Subjects } from './subjects.ts';

/** Nodes of one hub, each beating and judging only when the test lets it. */
class World {
  readonly clock = new ManualClock();
  readonly hub = new MemoryHub();
  readonly probed: string[] = [];

  async node(name: string): Promise<MeshMembership> {
    const transport = this.hub.transport();
    await transport.connect();
    const membership = new MeshMembership({
      identity: { node: name, boot: `${name}-1` },
      version: 'test',
      transport,
      subjects: new Subjects('c', name, `${name}-1`),
      clock: this.clock,
      log: silentLog,
      addresses: () => [],
      calls: () => 0,
      probe: (node) => void this.probed.push(node),
    });
    membership.announce('up');
    return membership;
  }

  /** Time passes while these nodes are awake and beat. */
  async pass(ms: number, awake: readonly MeshMembership[]): Promise<void> {
    for (let gone = 0; gone < ms; gone += JUDGE_PERIOD_MS) {
      await this.clock.advance(JUDGE_PERIOD_MS);
      const isBeat = (gone / JUDGE_PERIOD_MS) % (BEAT_PERIOD_MS / JUDGE_PERIOD_MS) === 0;
      if (isBeat) for (const node of awake) node.beat();
      // What was sent arrives.
      await this.clock.advance(0);
      for (const node of awake) node.judge();
    }
  }
}

async function pair(): Promise<{ world: World; a: MeshMembership; b: MeshMembership }> {
  const world = new World();
  const a = await world.node('a');
  const b = await world.node('b');
  await world.pass(5_000, [a, b]);
  return { world, a, b };
}

test('a node that hangs lags after two seconds and is dead after three', async () => {
  const { world, a } = await pair();
  // The last beat was three quarters of a second ago.
  await world.pass(1_250, [a]);
  expect(a.find('b')?.state).toBe('up');
  await world.pass(250, [a]);
  expect(a.find('b')?.state).toBe('lagging');
  await world.pass(750, [a]);
  expect(a.find('b')?.state).toBe('dead');
});

test('a node that missed two beats is looked for, and is dead at once if nobody listens', async () => {
  const { world, a } = await pair();
  await world.pass(1_000, [a]);
  expect(world.probed).toEqual([]);
  await world.pass(1_500, [a]);
  expect(world.probed).toContain('b');
  a.onNobody('b', 'b-1');
  expect(a.find('b')?.state).toBe('dead');
});

test('a node that stood still takes nobody for dead when it goes on', async () => {
  const { world, a, b } = await pair();
  const deaths: string[] = [];
  a.onChange((change) => {
    if (change.kind === 'peer') deaths.push(`${change.peer.node} ${change.peer.state}`);
  });
  world.clock.advanceSync(60_000);
  a.judge();
  expect(a.find('b')?.state).toBe('up');
  await world.pass(2_000, [a, b]);
  expect(deaths).toEqual([]);
  // Silence from then on counts again.
  await world.pass(3_500, [a]);
  expect(deaths).toEqual(['b lagging', 'b dead']);
});

test('a dead node that beats again is there at its first beat', async () => {
  const { world, a, b } = await pair();
  await world.pass(4_000, [a]);
  expect(a.find('b')?.state).toBe('dead');
  b.judge();
  b.beat();
  await world.clock.advance(0);
  expect(a.find('b')?.state).toBe('up');
});
