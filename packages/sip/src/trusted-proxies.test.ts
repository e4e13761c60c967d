import { type Phone, SipRig } from '@tandem/testing';
import { expect, test } from 'vitest';

const PROXY = '127.0.8.1:5060';

/** Sends a request of a phone as if a proxy had passed it on. */
function throughProxy(rig: SipRig, method: string, lines: readonly string[]): string | undefined {
  const sent = rig.network.log.findLast(({ text }) => text.startsWith(method))!;
  const via = `Via: SIP/2.0/UDP ${PROXY};branch=z9hG4bKproxy${lines.length}`;
  const [first = '', ...rest] = sent.text.split('\r\n');
  const text = [first, via, ...lines, ...rest]
    .join('\r\n')
    .replace(/;rport;branch=\S+/, ';rport=4000;received=203.0.113.9;branch=z9hG4bKphone')
    .replace(/Call-ID: \S+/, `Call-ID: proxied-${lines.length}`);
  rig.network.send({ from: PROXY, to: rig.server, text });
  return text;
}

async function behindProxy(rig: SipRig): Promise<Phone> {
  const bob = await rig.phone('bob', undefined);
  rig.network.attach(PROXY, () => undefined);
  return bob;
}

test('a caller behind our load balancer is known by the address that it noted', async () => {
  await using rig = await SipRig.start({ sip: { trustedProxies: '127.0.8.0/24' } });
  const bob = await behindProxy(rig);
  rig.registrar.known.set('203.0.113.9', 'acme');
  await bob.call('nobody').refused.wait();
  throughProxy(rig, 'INVITE', []);
  await rig.clock.advance(10);
  const [record] = rig.records.filter(({ username }) => username === 'acme');
  expect(record?.address).toBe('203.0.113.9:4000');
  expect(await rig.faults()).toEqual([]);
});

test('the same header from anybody else is not believed', async () => {
  await using rig = await SipRig.start();
  const bob = await behindProxy(rig);
  rig.registrar.known.set('203.0.113.9', 'acme');
  await bob.call('nobody').refused.wait();
  throughProxy(rig, 'INVITE', []);
  await rig.clock.advance(10);
  expect(rig.records.filter(({ username }) => username === 'acme')).toEqual([]);
  await rig.clock.advance(40_000);
});

test('a registration with the Path of our load balancer is stored with it, and called by it', async () => {
  await using rig = await SipRig.start({ sip: { trustedProxies: '127.0.8.0/24' } });
  const alice = await rig.phone('alice', 'a');
  const path = ['<sip:127.0.8.1;lr>'];
  const connection = '';
  const branch = { callto: 'sip/sip:bob@203.0.113.9:4000', params: { path, connection } };
  rig.registrar.routes.set('bob', { groups: [[branch]] });
  const heard: string[] = [];
  rig.network.attach(PROXY, ({ text }) => heard.push(text));
  const caller = alice.call('bob');
  await rig.clock.advance(10);
  expect(heard[0]).toMatch(/^INVITE sip:bob@203.0.113.9:4000 SIP/);
  expect(heard[0]).toContain('\r\nRoute: <sip:127.0.8.1;lr>\r\n');
  caller.cancel();
  await rig.clock.advance(40_000);
  expect(await rig.faults()).toEqual([]);
});

/** A proxy between a phone and the node that puts these lines into what the phone sends. */
function relay(rig: SipRig, place: string, lines: readonly string[]): void {
  const phones = new Map<string, string>();
  rig.network.attach(place, ({ from, text }) => {
    if (from !== rig.server) {
      const branch = `z9hG4bKrelay${phones.size}`;
      phones.set(branch, from);
      const own = [`Via: SIP/2.0/UDP ${place};branch=${branch}`, ...lines].join('\r\n');
      rig.network.send({
        from: place,
        to: rig.server,
        text: text.replace('\r\n', `\r\n${own}\r\n`),
      });
      return;
    }
    const [via = '', branch = ''] =
      /Via: [^\r]*branch=(z9hG4bKrelay\d+)[^\r]*\r\n/.exec(text) ?? [];
    rig.network.send({ from: place, to: phones.get(branch) ?? '', text: text.replace(via, '') });
  });
}

test('a REGISTER through our load balancer is stored with its Path, which the 200 repeats', async () => {
  await using rig = await SipRig.start({ sip: { trustedProxies: '127.0.8.0/24' } });
  relay(rig, PROXY, ['Path: <sip:127.0.8.1;lr>, <sip:127.0.8.2;lr;ob>']);
  const bob = await rig.phone('bob', 'b', { server: PROXY });
  const response = await bob.register();
  expect(response.status).toBe(200);
  expect(response.list('Path')).toEqual(['<sip:127.0.8.1;lr>', '<sip:127.0.8.2;lr;ob>']);
  expect(response.list('Supported')).toContain('path');
  const [binding] = rig.registrar.bindings.get('bob')!.values();
  expect(binding).toMatchObject({
    data: `sip/${bob.contact}`,
    path: ['<sip:127.0.8.1;lr>', '<sip:127.0.8.2;lr;ob>'],
    connection: '',
  });
  await rig.clock.advance(40_000);
});

test('a Path from anybody else is left out', async () => {
  await using rig = await SipRig.start();
  const bob = await rig.phone('bob', 'b');
  const response = await bob.register({ headers: [['Path', '<sip:192.0.2.66;lr>']] });
  expect(response.status).toBe(200);
  expect(response.has('Path')).toBe(false);
  const [binding] = rig.registrar.bindings.get('bob')!.values();
  expect(binding?.path).toEqual([]);
  expect(binding?.connection).not.toBe('');
});

test.each([
  '<https://example.com>',
  '<sip:127.0.8.1;lr?Route=x>',
  'nonsense',
  Array.from({ length: 9 }, () => '<sip:127.0.8.1;lr>').join(', '),
])('a REGISTER with the Path %s is a bad request', async (path) => {
  await using rig = await SipRig.start({ sip: { trustedProxies: '127.0.8.0/24' } });
  relay(rig, PROXY, [`Path: ${path}`]);
  const bob = await rig.phone('bob', 'b', { server: PROXY });
  expect((await bob.register()).status).toBe(400);
  expect(rig.registrar.registers).toEqual([]);
  await rig.clock.advance(40_000);
});
