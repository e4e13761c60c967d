import { createSocket } from 'node:dgram';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePort } from '@tandem/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';
import { Phones } from '../harness/phones.ts';

interface TortureCase {
  readonly name: string;
  readonly parse: 'accept' | 'reject' | 'either';
}

const folder = new URL('../../../shared/torture/', import.meta.url);
const manifest = new URL('manifest.json', folder);
const canRun = hasNats && existsSync(manifest);
if (!canRun) {
  const place = fileURLToPath(folder);
  console.warn(`SKIPPED, LOUDLY: no nats-server, or no messages of RFC 4475 at ${place}`);
}
const cases = canRun ? (JSON.parse(readFileSync(manifest, 'utf8')) as TortureCase[]) : [];

describe.skipIf(!canRun)('RFC 4475 at the socket of a whole node', () => {
  let cluster: ProcessCluster;

  beforeAll(async () => {
    cluster = await ProcessCluster.start({
      nodes: 1,
      users: ['alice'],
      settings: ['sip.unknownSource=challenge'],
    });
  });
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
  });

  test('what is to be accepted is taken, what is to be refused is not, and the node lives on', async () => {
    const node = cluster.node(1);
    const socket = createSocket('udp4');
    const port = await freePort('127.0.0.70');
    await new Promise<void>((resolve) => void socket.bind(port, '127.0.0.70', resolve));
    const { sipPort, sipHost } = node.place;
    const judged: string[] = [];
    for (const { name, parse } of cases) {
      const counts = async (): Promise<readonly [heard: number, malformed: number]> => {
        const [received, malformed, dropped] = await Promise.all(
          ['received', 'malformed', 'dropped'].map((what) =>
            node.metric(`tandem_sip_${what}_total`),
          ),
        );
        return [received! + malformed! + dropped!, malformed!];
      };
      const before = await counts();
      socket.send(readFileSync(new URL(`${name}.dat`, folder)), sipPort, sipHost);
      const after = await eventually(`${name} is heard`, async () => {
        const now = await counts();
        return now[0] > before[0] && now;
      });
      const verdict = after[1] > before[1] ? 'reject' : 'accept';
      if (parse !== 'either' && parse !== verdict) judged.push(`${name}: ${verdict}`);
    }
    socket.close();
    expect(judged).toEqual([]);
    await using phones = new Phones();
    await phones.registeredAt(node, 'alice');
    expect(await node.metric('tandem_sip_legs')).toBe(0);
  });
});
