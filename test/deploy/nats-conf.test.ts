import { Kvm, type KvEntry } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findTool } from '../../scripts/tools.mjs';
import { startExampleNatsServer, type ExampleNatsServer } from './example-nats-server.ts';

const hasServer = findTool('nats-server') !== undefined;
if (!hasServer) console.error('SKIPPED: nats-server is missing; run node scripts/setup.mjs --test');

// The example configuration is tried on a real server: what each node may say, and nothing else.
describe.skipIf(!hasServer)('the example NATS configuration', () => {
  let server: ExampleNatsServer;
  let node1: NatsConnection;
  let node2: NatsConnection;
  const join = (user: string, pass = server.passwords[user] ?? ''): Promise<NatsConnection> =>
    connect({
      servers: server.url,
      user,
      pass,
      inboxPrefix: `_INBOX.${user}`,
      reconnect: false,
    });

  beforeAll(async () => {
    server = await startExampleNatsServer();
    node1 = await join('node1');
    node2 = await join('node2');
  });
  afterAll(async () => {
    await node1.close();
    await node2.close();
    await server[Symbol.asyncDispose]();
  });

  /** What `listener` hears on `subject` until `speaker` has been heard by the server. */
  async function hear(
    [listener, subject]: [NatsConnection, string],
    speak: () => Promise<void>,
  ): Promise<string[]> {
    const heard: string[] = [];
    const subscription = listener.subscribe(subject, {
      callback: (error, message) => void heard.push(error === null ? message.subject : 'refused'),
    });
    await listener.flush();
    await speak();
    await listener.flush();
    subscription.unsubscribe();
    return heard;
  }

  const say = (speaker: NatsConnection, subject: string) => async (): Promise<void> => {
    speaker.publish(subject, 'hello');
    await speaker.flush();
  };

  test.each([
    ['to a sister', 'tandem.tandem.to.node2.*.*', 'tandem.tandem.to.node2._.node1'],
    ['to one boot of a sister', 'tandem.tandem.to.node2.*.*', 'tandem.tandem.to.node2.b7.node1'],
    ['to all', 'tandem.tandem.all.*', 'tandem.tandem.all.node1'],
    ['its beat', 'tandem.tandem.beat.*', 'tandem.tandem.beat.node1'],
    ['an answer', 'tandem.tandem.reply.node2.>', 'tandem.tandem.reply.node2.node1.17'],
  ])('a node may speak in its own name: %s', async (_, subject, said) => {
    expect(await hear([node2, subject], say(node1, said))).toEqual([said]);
  });

  test.each([
    ['a beat of its sister', 'tandem.tandem.beat.*', 'tandem.tandem.beat.node2'],
    ['a question of node3', 'tandem.tandem.to.node2.*.*', 'tandem.tandem.to.node2._.node3'],
    ['an answer of node3', 'tandem.tandem.reply.node2.>', 'tandem.tandem.reply.node2.node3.17'],
    ['a word into its sister’s inbox', '_INBOX.node2.>', '_INBOX.node2.x'],
  ])('a node cannot speak for another: %s', async (_, subject, said) => {
    expect(await hear([node2, subject], say(node1, said))).toEqual([]);
  });

  test.each([
    ['what is said to its sister', 'tandem.tandem.to.node2.*.*', 'tandem.tandem.to.node2._.node2'],
    ['answers to its sister', 'tandem.tandem.reply.node2.>', 'tandem.tandem.reply.node2.node2.1'],
    ['everything', '>', 'tandem.tandem.beat.node2'],
    ['its sister’s inbox', '_INBOX.node2.>', '_INBOX.node2.x'],
  ])('a node cannot listen to what is not for it: %s', async (_, subject, said) => {
    expect(await hear([node1, subject], say(node2, said))).not.toContain(said);
  });

  test('a stranger is refused, with a wrong password or with none', async () => {
    await expect(join('node1', 'guess')).rejects.toThrow(/authorization/i);
    await expect(join('stranger', 'guess')).rejects.toThrow(/authorization/i);
    await expect(connect({ servers: server.url, reconnect: false })).rejects.toThrow(
      /authorization/i,
    );
  });

  test('two nodes share the leases: one creates, both see, one at a time replaces', async () => {
    const bucket = 'tandem-leases';
    const first = await new Kvm(node1).create(bucket, { history: 1 });
    const second = await new Kvm(node2).open(bucket);
    const watch = await second.watch();
    const revision = await first.create('park.7', 'node1');
    await expect(second.create('park.7', 'node2')).rejects.toThrow();
    expect((await second.get('park.7'))?.string()).toBe('node1');
    await second.update('park.7', 'node2', revision);
    await expect(first.update('park.7', 'node1', revision)).rejects.toThrow();
    await first.delete('park.7');

    const seen: KvEntry[] = [];
    for await (const entry of watch) {
      seen.push(entry);
      if (entry.operation === 'DEL') break;
    }
    expect(seen.at(-1)?.key).toBe('park.7');
  });

  const askJetStream = async (api: string, body: object): Promise<string> =>
    await node1.request(`$JS.API.${api}`, JSON.stringify(body), { timeout: 300 }).then(
      (answer) => answer.string(),
      () => 'refused',
    );

  // A consumer may deliver to any subject; but what comes keeps the subject of the bucket, by
  // which the receiver knows that nobody has said it.
  test('a node that has leases delivered to its sister is not taken for a sender', async () => {
    const subject = 'tandem.tandem.to.node2._.node3';
    const heard = await hear([node2, subject], async () => {
      const forger = { name: 'forger', deliver_subject: subject, ack_policy: 'none' };
      await askJetStream('CONSUMER.CREATE.KV_tandem-leases.forger', {
        stream_name: 'KV_tandem-leases',
        config: { ...forger, deliver_policy: 'all' },
      });
      await new Kvm(node1).open('tandem-leases').then((leases) => leases.put('x.node3', 'lie'));
    });
    expect(heard.filter((said) => said.startsWith('tandem.'))).toEqual([]);
  });

  test('a node can neither change nor delete the bucket of leases', async () => {
    const republish = { src: '>', dest: 'tandem.tandem.beat.node2' };
    const config = { name: 'KV_tandem-leases', subjects: ['$KV.tandem-leases.>'], republish };
    expect(await askJetStream('STREAM.UPDATE.KV_tandem-leases', config)).toBe('refused');
    expect(await askJetStream('STREAM.DELETE.KV_tandem-leases', {})).toBe('refused');
    expect(await askJetStream('STREAM.PURGE.KV_tandem-leases', {})).toBe('refused');
    expect(await askJetStream('STREAM.CREATE.KV_tandem-leases', config)).toContain('error');
  });

  test('a node cannot make other buckets', async () => {
    await expect(new Kvm(node1).create('mine', { timeout: 500 })).rejects.toThrow();
  });
});
