import { TestServer } from '@tandem/store/testing';
import { describe, expect, test } from 'vitest';
import { eventually, pause } from '../harness/eventually.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';

describe.skipIf(!hasNats)('a node that starts while NATS and the database are away', () => {
  test('waits for both, and takes calls once they are there', { timeout: 120_000 }, async () => {
    const database = await TestServer.start();
    await using cluster = await ProcessCluster.start({ nodes: 1, database });
    const node = cluster.node(1);
    await node.kill();
    await cluster.nats.stop();
    await database.kill();
    node.spawn();
    await eventually(
      'it looks for NATS',
      () => node.output.includes('NATS cannot be reached'),
      30_000,
    );
    await pause(1_500);
    expect(node.isRunning, node.output).toBe(true);
    await database.resume();
    await pause(300);
    expect(node.isRunning, node.output).toBe(true);
    await cluster.nats.resume();
    await node.ready(60_000);
    expect(await node.stop()).toBe(0);
  });
});
