import { freePort } from '@tandem/testing';
import { describe, expect, test } from 'vitest';
import { eventually, pause } from '../harness/eventually.ts';
import { isOver, isRefused, isUp, Phones } from '../harness/phones.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';
import { hasSipp } from '../harness/sipp.ts';
import { ack, hangUp, heard, hungUp, taken, up } from '../stories/phrases.ts';
import { bothEnd, runScript, startPhone } from '../stories/scripted.ts';
import { PHONE, storyConf } from '../stories/stage.ts';
import type { Step } from '../stories/step.ts';

/** How long a call lives on whose nodes do not hear of each other. */
const GRACE_MS = 6_000;
const AWAY_MS = 4_000;
const UP_MS = 500;

interface Lines {
  readonly caller: readonly Step[];
  readonly phone: readonly Step[];
}

/** Neither side hears anything; behind it all is as before. */
const LIVES_THROUGH: Lines = {
  caller: [
    { pauseMs: AWAY_MS + 4_000 },
    { send: 'INVITE', sdp: 'changed' },
    ...heard(200, ack),
    ...hangUp,
  ],
  phone: [
    { hear: 'INVITE', matches: [['body', 'changed']] },
    { answer: '200 OK', sdp: 'changed', isRepeated: true },
    { hear: 'ACK' },
    ...hungUp,
  ],
};
const letGo: readonly Step[] = [
  { pauseMs: GRACE_MS - 2_000 },
  { hear: 'BYE', matches: [['Reason', 'Q.850;cause=41']] },
  { answer: '200 OK' },
];
/** Both are released. */
const IS_LET_GO: Lines = { caller: letGo, phone: letGo };

/** A call of SIPp from node to node that is up. */
async function crossingCall(
  cluster: ProcessCluster,
  name: string,
  { caller, phone }: Lines,
): Promise<{ readonly called: string; ended(): Promise<void> }> {
  const place = { localHost: PHONE, localPort: await freePort(PHONE) };
  const called = `far-${place.localPort}-0-udp`;
  const ground = { cluster, directory: cluster.directory };
  const waiting = await startPhone(ground, `${name}-phone`, place, [...taken, ...phone]);
  const calling = runScript(ground, name, called, [...up, ...caller]);
  // It fails where it is waited for.
  const outcome = bothEnd(waiting, calling).then(() => undefined, String);
  await pause(UP_MS);
  return {
    called,
    async ended() {
      expect(await outcome).toBeUndefined();
    },
  };
}

describe.skipIf(!hasNats)('NATS is stopped', () => {
  test('39. calls within a node go on, cross-node calls live through it, new ones are refused at once', async () => {
    await using cluster = await ProcessCluster.start({
      nodes: 2,
      users: ['alice', 'bob', 'carol'],
      conf: storyConf,
      // For a minute is for longer than this; for ten seconds, for less.
      settings: [`nats.legGraceSeconds=${GRACE_MS / 1_000}`],
    });
    await using phones = new Phones();
    const bob = await phones.registeredAt(cluster.node(2), 'bob');
    const carol = await phones.registeredAt(cluster.node(1), 'carol', '127.0.0.3');
    const alice = await phones.at(cluster.node(1), 'alice');
    const crossing = alice.call('bob');
    const atBob = await bob.nextCall();
    atBob.answer();
    await isUp(crossing);

    const short = hasSipp ? await crossingCall(cluster, 'short', LIVES_THROUGH) : undefined;
    await cluster.nats.stop();
    await pause(500);

    const local = alice.call('carol');
    const atCarol = await carol.nextCall();
    atCarol.answer();
    await isUp(local);
    await local.hangUp();
    await isOver(atCarol);

    const refused = await isRefused(alice.call('bob'), 2_000);
    expect(refused.tookMs).toBeLessThan(1_000);
    expect(refused.status).toBeGreaterThanOrEqual(480);

    await pause(AWAY_MS);
    expect(crossing.ended.isOver).toBe(false);
    expect(atBob.ended.isOver).toBe(false);

    // A BYE sent meanwhile ends both sides afterwards.
    expect(await crossing.hangUp()).toBe(200);
    await cluster.nats.resume();
    await isOver(atBob, 8_000);

    // All works again without a restart.
    await eventually('the nodes are joined again', async () => await cluster.node(1).isReady());
    const again = alice.call('bob');
    const atBobAgain = await bob.nextCall();
    atBobAgain.answer();
    await isUp(again);
    await again.hangUp();
    await isOver(atBobAgain);
    await short?.ended();

    if (!hasSipp) return;
    const long = await crossingCall(cluster, 'long', IS_LET_GO);
    await cluster.nats.stop();
    await long.ended();
    await cluster.nats.resume();
    await eventually('each of its legs has one last record', async () => {
      const records = (await Promise.all(cluster.nodes.map((node) => node.cdrs()))).flat();
      const [first] = records.filter(({ calledfull }) => calledfull === long.called);
      const legs = records.filter(({ billid }) => billid === first?.billid);
      const ends = new Set(legs.map(({ chan }) => chan));
      return legs.length === 4 && ends.size === 4;
    });
  });
});
