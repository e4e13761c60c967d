import { readFile } from 'node:fs/promises';
import { silentLog, systemClock } from '@tandem/engine';
import { NatsTransport, Subjects } from '@tandem/mesh';
import { NatsServer } from '@tandem/testing';
import { expect, test } from 'vitest';

const example = new URL('../../../deploy/nats.conf', import.meta.url);

/** The example's users and permissions, with passwords of the test. */
async function exampleUsers(): Promise<string> {
  const text = await readFile(example, 'utf8');
  const users = text.slice(text.indexOf('authorization {'));
  return users.replaceAll(/\$NODE(\d)_PASSWORD/g, '"secret$1"');
}

function nodeAt(
  server: NatsServer,
  node: string,
  password = `secret${node.at(-1)}`,
): NatsTransport {
  return new NatsTransport({
    servers: [server.url],
    name: node,
    user: node,
    password,
    log: silentLog,
    clock: systemClock,
  });
}

async function pause(ms: number): Promise<void> {
  await new Promise<void>((resolve) => void setTimeout(resolve, ms));
}

test('with the example configuration nodes hear each other and nobody speaks for another', async () => {
  await using server = await NatsServer.start(await exampleUsers());
  const one = nodeAt(server, 'node1');
  const two = nodeAt(server, 'node2');
  const thief = nodeAt(server, 'node3');
  const heard: string[] = [];
  const overheard: string[] = [];
  const subjectsOfTwo = new Subjects('tandem', 'node2', 'b2');
  for (const subject of [...subjectsOfTwo.own, subjectsOfTwo.beats]) {
    two.subscribe(subject, (delivery) => void heard.push(Subjects.senderOf(delivery.subject)));
    thief.subscribe(subject, (delivery) => void overheard.push(delivery.subject));
  }
  await Promise.all([one.connect(), two.connect(), thief.connect()]);
  const data = new TextEncoder().encode('{}');
  const ofOne = new Subjects('tandem', 'node1', 'b1');
  one.publish(ofOne.to('node2'), data);
  one.publish(ofOne.beat, data);
  // The third node tries to speak as the first: the server drops it.
  thief.publish(ofOne.to('node2'), data);
  thief.publish(ofOne.beat, data);
  await pause(300);
  expect(heard).toEqual(['node1', 'node1']);
  // It hears beats, which are for all, and nothing that was said to the second node.
  expect(overheard.every((subject) => subject.includes('.beat.'))).toBe(true);
  const bucket = await one.openBucket('tandem-leases');
  const revision = await bucket.create('park/7', 'x');
  expect(await (await two.openBucket('tandem-leases')).read('park/7')).toMatchObject({ revision });
  await Promise.all([one.close(), two.close(), thief.close()]);
});

test('an intruder with no or a wrong password never connects', async () => {
  await using server = await NatsServer.start(await exampleUsers());
  const intruder = nodeAt(server, 'node1', 'guessed');
  const nobody = new NatsTransport({
    servers: [server.url],
    name: 'node1',
    log: silentLog,
    clock: systemClock,
  });
  void intruder.connect().catch(() => undefined);
  void nobody.connect().catch(() => undefined);
  await pause(800);
  expect(intruder.isConnected).toBe(false);
  expect(nobody.isConnected).toBe(false);
  await Promise.all([intruder.close(), nobody.close()]);
});
