import { definePlugin } from '@tandem/engine';
import type { ApiAnswer, Reading, TrunkRegistered, TrunkRegisterParams } from '@tandem/messages';
import { expect, test } from 'vitest';
import { smallSetup, WholesaleRig } from '../wholesale-rig.test-support.ts';

/** The driver and the cluster, as far as trunks ask them. */
class Surroundings {
  /** Expiry asked for in each REGISTER. */
  readonly registers: TrunkRegisterParams[] = [];
  readonly released: string[] = [];
  answer: TrunkRegistered = { status: 200, phrase: 'OK', expiresSeconds: 3_600 };
  probeStatus = 200;
  probes = 0;
  owner = 'node1';
  isServing = true;
  isAccepting = true;
  isSlow = false;

  readonly plugin = definePlugin({
    name: 'surroundings',
    setup: (scope) => {
      scope.handle('trunk.register', {}, async ({ params }) => {
        this.registers.push(params);
        // Until the next second and a bit: longer than one look of the keeper.
        if (this.isSlow) await new Promise<void>((done) => scope.wheel.after(1_200, done));
        return params.expiresSeconds === 0 ? { ...this.answer, expiresSeconds: 0 } : this.answer;
      });
      scope.handle('trunk.probe', {}, () => {
        this.probes++;
        return { status: this.probeStatus, phrase: '', durationMs: 3 };
      });
      scope.handle('cluster.locate', {}, () => ({ node: this.owner, isServing: this.isServing }));
      scope.handle('cluster.release', {}, ({ params }) => {
        this.released.push(params.callto);
        return { isReleased: true };
      });
    },
  });
}

async function open(): Promise<{ rig: WholesaleRig; around: Surroundings } & AsyncDisposable> {
  const around = new Surroundings();
  const rig = await WholesaleRig.open({ isAccepting: () => around.isAccepting });
  await rig.engine.install(around.plugin);
  return { rig, around, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() };
}

const registered = {
  name: 'line-1',
  direction: 'bidirectional',
  address: 'sip:registrar.example.com',
  username: 'acme',
  password: 'secret',
  register: true,
};
const withLine = (part: object = {}) => ({
  ...smallSetup,
  trunks: [...smallSetup.trunks, { ...registered, ...part }],
  tenants: smallSetup.tenants.map((tenant) => ({
    ...tenant,
    trunks: [...tenant.trunks, 'line-1'],
  })),
});

async function shown(rig: WholesaleRig, name: string): Promise<Record<string, unknown>> {
  const { answers } = await rig.engine.bus.gather('console.resources', {});
  const resource = answers
    .flatMap(({ answer }) => answer)
    .find(({ path, method }) => path === '/trunks/{name}' && method === 'GET');
  const asked = resource!.handle({ params: { name }, query: {}, body: undefined, actor: 'test' });
  const { body }: ApiAnswer = await asked;
  return body as Record<string, unknown>;
}

async function meters(rig: WholesaleRig, name: string): Promise<readonly Reading[]> {
  const { answers } = await rig.engine.bus.gather('metrics.collect', {});
  return answers.flatMap(({ answer }) => answer).filter((reading) => reading.name === name);
}

test('a trunk that registers is registered, renewed in time, and shown', async () => {
  await using it = await open();
  const { rig, around } = it;
  around.answer = { status: 200, phrase: 'OK', expiresSeconds: 120 };
  await rig.apply(withLine());
  await rig.clock.advance(2_000);
  expect(around.registers).toEqual([
    {
      trunk: 'line-1',
      address: 'sip:registrar.example.com',
      username: 'acme',
      password: 'secret',
      expiresSeconds: 3_600,
    },
  ]);
  const trunk = await shown(rig, 'line-1');
  expect(trunk['registration']).toMatchObject({ node: 'node1', state: 'registered', status: 200 });
  expect(trunk['hasPassword']).toBe(true);
  expect((await shown(rig, 'carrier-1'))['registration']).toBeNull();
  expect((await meters(rig, 'tandem_vendor_registered')).map(({ value }) => value)).toEqual([1]);
  await rig.clock.advance(55_000);
  expect(around.registers).toHaveLength(1);
  await rig.clock.advance(10_000);
  expect(around.registers).toHaveLength(2);
});

test('a node that does not own the lease sends nothing, and shows nothing', async () => {
  await using it = await open();
  const { rig, around } = it;
  around.owner = 'node2';
  await rig.apply(withLine());
  await rig.clock.advance(5_000);
  expect(around.registers).toEqual([]);
  expect((await shown(rig, 'line-1'))['registration']).toEqual({ node: null, state: 'waiting' });
});

test('an owner that may not serve sends nothing until it may', async () => {
  await using it = await open();
  const { rig, around } = it;
  around.isServing = false;
  await rig.apply(withLine());
  await rig.clock.advance(5_000);
  expect(around.registers).toEqual([]);
  around.isServing = true;
  await rig.clock.advance(2_000);
  expect(around.registers).toHaveLength(1);
});

test('who is refused waits longer each time, and new credentials count at once', async () => {
  await using it = await open();
  const { rig, around } = it;
  around.answer = { status: 401, phrase: 'Unauthorized', expiresSeconds: 0 };
  await rig.apply(withLine());
  await rig.clock.advance(2_000);
  expect(around.registers).toHaveLength(1);
  expect((await shown(rig, 'line-1'))['registration']).toMatchObject({
    state: 'failed',
    status: 401,
    failures: 1,
  });
  await rig.clock.advance(28_000);
  expect(around.registers).toHaveLength(1);
  await rig.clock.advance(35_000);
  expect(around.registers).toHaveLength(2);
  around.answer = { status: 200, phrase: 'OK', expiresSeconds: 600 };
  await rig.apply({ trunks: [{ ...registered, password: 'better' }] });
  await rig.clock.advance(2_000);
  expect(around.registers.at(-1)?.password).toBe('better');
  expect((await shown(rig, 'line-1'))['registration']).toMatchObject({ state: 'registered' });
});

test('a registrar that asks to be left alone is', async () => {
  await using it = await open();
  const { rig, around } = it;
  around.answer = { status: 503, phrase: '', expiresSeconds: 0, retryAfterSeconds: 60 };
  await rig.apply(withLine());
  await rig.clock.advance(58_000);
  expect(around.registers).toHaveLength(1);
  await rig.clock.advance(10_000);
  expect(around.registers).toHaveLength(2);
});

test('a registration whose connection closed is made anew at once', async () => {
  await using it = await open();
  const { rig, around } = it;
  await rig.apply(withLine());
  await rig.clock.advance(2_000);
  await rig.engine.bus.tell('trunk.lost', { trunk: 'line-1' });
  await rig.engine.bus.tell('trunk.lost', { trunk: 'carrier-1' });
  await rig.clock.advance(8_000);
  expect(around.registers).toHaveLength(2);
  await rig.clock.advance(30_000);
  expect(around.registers).toHaveLength(2);
});

test('many trunks are registered, so many at a time, and none is forgotten', async () => {
  await using it = await open();
  const { rig, around } = it;
  const many = Array.from({ length: 250 }, (_, number) => ({
    ...registered,
    name: `line-${number}`,
    direction: 'outbound',
  }));
  around.isSlow = true;
  await rig.apply({ ...smallSetup, trunks: [...smallSetup.trunks, ...many] });
  await rig.clock.advance(1_500);
  expect(around.registers).toHaveLength(100);
  await rig.clock.advance(10_000);
  expect(new Set(around.registers.map(({ trunk }) => trunk)).size).toBe(250);
  around.isSlow = false;
});

test('a trunk that is taken out is deregistered, and its lease given back', async () => {
  await using it = await open();
  const { rig, around } = it;
  await rig.apply(withLine());
  await rig.clock.advance(2_000);
  await rig.apply({ trunks: [{ ...registered, register: false }] });
  await rig.clock.advance(2_000);
  expect(around.registers.map(({ expiresSeconds }) => expiresSeconds)).toEqual([3_600, 0]);
  expect(around.released).toEqual(['trunk/line-1']);
});

test('a node that drains hands its registrations over', async () => {
  await using it = await open();
  const { rig, around } = it;
  await rig.apply(withLine());
  await rig.clock.advance(2_000);
  around.isAccepting = false;
  await rig.clock.advance(5_000);
  expect(around.registers.map(({ expiresSeconds }) => expiresSeconds)).toEqual([3_600, 0]);
  expect(around.released).toEqual(['trunk/line-1']);
});

test('a node that ends deregisters first', async () => {
  const around = new Surroundings();
  await using rig = await WholesaleRig.open();
  await rig.engine.install(around.plugin);
  await rig.apply(withLine());
  await rig.clock.advance(2_000);
  await rig.engine.stop();
  expect(around.registers.map(({ expiresSeconds }) => expiresSeconds)).toEqual([3_600, 0]);
});

test('a call by a registration is that of its trunk, whatever its address', async () => {
  await using it = await open();
  const { rig } = it;
  await rig.apply(withLine());
  const line = await rig.route({ ip_host: '198.51.100.7' }, undefined);
  expect(line.facts).toBeUndefined();
  const { facts } = await rig.route({ ip_host: '198.51.100.7' }, undefined, { line: 'line-1' });
  expect(facts?.inboundTrunk?.name).toBe('line-1');
  const vouched = await rig.engine.bus.ask('user.auth', {
    protocol: 'sip',
    username: '',
    realm: 'tandem',
    method: 'INVITE',
    address: '198.51.100.7:5060',
    trunk: 'line-1',
  });
  expect(vouched).toMatchObject({ username: '', ha1Md5: '' });
  // The name is ours towards the carrier: nobody comes in by it.
  const own = await rig.engine.bus.ask('user.auth', {
    protocol: 'sip',
    username: 'acme',
    realm: 'tandem',
    method: 'INVITE',
    address: '198.51.100.7:5060',
  });
  expect(own).toBeUndefined();
});

test('a carrier that does not answer OPTIONS twice gets no calls until it does', async () => {
  await using it = await open();
  const { rig, around } = it;
  const trunks = smallSetup.trunks.map((trunk) =>
    trunk.name === 'carrier-1' ? { ...trunk, probeSeconds: 30 } : trunk,
  );
  await rig.apply({ ...smallSetup, trunks });
  await rig.clock.advance(2_000);
  expect(around.probes).toBe(1);
  expect((await shown(rig, 'carrier-1'))['seenBy']).toEqual({ node1: 'up' });
  around.probeStatus = 408;
  await rig.clock.advance(30_000);
  expect((await rig.route()).calltos).toHaveLength(2);
  await rig.clock.advance(6_000);
  expect((await rig.route()).calltos).toEqual(['sip/sip:4930123456@10.0.0.10']);
  expect((await shown(rig, 'carrier-1'))['seenBy']).toEqual({ node1: 'down' });
  expect((await meters(rig, 'tandem_vendor_up')).map(({ value }) => value)).toEqual([0]);
  around.probeStatus = 405;
  await rig.clock.advance(31_000);
  expect((await rig.route()).calltos).toHaveLength(2);
  await rig.apply(smallSetup);
  await rig.clock.advance(2_000);
  expect(await meters(rig, 'tandem_vendor_up')).toEqual([]);
});

test('national numbers of a trunk are read into the world', async () => {
  await using it = await open();
  const { rig } = it;
  const trunks = smallSetup.trunks.map((trunk) =>
    trunk.name === 'acme-in' ? { ...trunk, numberIn: 'national:49:0' } : trunk,
  );
  await rig.apply({ ...smallSetup, trunks });
  const numbers = async (called: string, caller: string) => {
    const { facts } = await rig.route({ called, caller });
    return [facts?.called, facts?.caller];
  };
  expect(await numbers('030 123456', '089555123')).toEqual(['4930123456', '4989555123']);
  expect(await numbers('+12125550100', '0012125550100')).toEqual(['12125550100', '12125550100']);
  expect(await numbers('110', '4989555123')).toEqual(['110', '4989555123']);
});

test('an outgoing trunk gets of its headers only those that the incoming one may bring', async () => {
  await using it = await open();
  const { rig } = it;
  const outgoing = { allowedHeaders: ['X-A', 'X-B'] };
  const withHeaders = (incoming: object) => ({
    ...smallSetup,
    trunks: smallSetup.trunks.map((trunk) =>
      trunk.name === 'acme-in' ? { ...trunk, ...incoming } : { ...trunk, ...outgoing },
    ),
  });
  const allowed = async () => {
    const { answer } = await rig.route();
    const groups = answer !== undefined && 'groups' in answer ? answer.groups : [];
    return groups.flat().map(({ params }) => params?.driverOptions?.['allowedHeaders']);
  };
  await rig.apply(withHeaders({ allowedHeaders: ['x-b', 'X-C'] }));
  expect(await allowed()).toEqual([['X-B'], ['X-B']]);
  await rig.apply(withHeaders({}));
  expect(await allowed()).toEqual([
    ['X-A', 'X-B'],
    ['X-A', 'X-B'],
  ]);
});

test('a carrier may ask whether this node is there, and may do nothing else', async () => {
  await using it = await open();
  const { rig } = it;
  await rig.apply(smallSetup);
  const isKnown = async (method: string, address: string): Promise<boolean> => {
    const params = { protocol: 'sip', username: '', realm: 'tandem', method, address };
    return (await rig.engine.bus.ask('user.auth', params)) !== undefined;
  };
  expect(await isKnown('OPTIONS', '10.0.0.9:5060')).toBe(true);
  expect(await isKnown('OPTIONS', '10.0.0.10:9')).toBe(true);
  expect(await isKnown('INVITE', '10.0.0.9:5060')).toBe(false);
  expect(await isKnown('OPTIONS', '10.0.0.11:5060')).toBe(false);
  expect(await isKnown('INVITE', '10.1.2.3:5060')).toBe(true);
});

test.each([
  [{ numberOut: 'roman' }, 'numberOut'],
  [{ numberIn: 'national' }, 'numberIn'],
  [{ register: true }, 'username'],
  [{ probeSeconds: 1 }, 'probeSeconds'],
])('a trunk with %o is refused with the place', async (part, key) => {
  await using it = await open();
  const { issues } = await it.rig.apply({
    ...smallSetup,
    trunks: smallSetup.trunks.map((trunk) =>
      trunk.name === 'carrier-1' ? { ...trunk, ...part } : trunk,
    ),
  });
  expect(issues.map(({ path }) => path)).toEqual([`trunks[1].${key}`]);
});
