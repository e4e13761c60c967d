import { Engine, ManualClock } from '@tandem/engine';
import { type ContactBinding, isRefusal, type RegisterParams } from '@tandem/messages';
import { createRegistrarPlugin, hashPassword, registrarMigrations } from '@tandem/registrar';
import type { StoreTransaction } from '@tandem/store';
import { openTestStore, type TestStore } from '@tandem/store/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let database: TestStore;
let engine: Engine;
let clock: ManualClock;

beforeEach(async () => {
  database = await openTestStore({ migrations: [registrarMigrations] });
  clock = new ManualClock();
  engine = new Engine({ node: 'node1', clock });
  await engine.install(createRegistrarPlugin(database.store));
  await applyUsers([{ name: 'bob', password: 'secret' }]);
});

afterEach(async () => {
  await engine.stop();
  await database[Symbol.asyncDispose]();
});

async function applyUsers(users: readonly object[], prune = false, isPlan = false) {
  const { answers } = await engine.bus.gather('apply.sections', {});
  const section = answers[0]!.answer[0]!;
  const items = users.map((user) => section.item.parse(user));
  return await database.store.transaction(async (transaction: StoreTransaction) => {
    const options = { prune, transaction, actor: 'test' };
    const plan = await section.plan(items, options);
    if (plan.issues.length === 0 && !isPlan) await section.apply(items, options);
    return plan;
  });
}

function contact(port: number, changes: Partial<ContactBinding> = {}): ContactBinding {
  return {
    data: `cluster/node1/sip/sip:bob@192.0.2.7:${port}`,
    contact: `sip:bob@192.0.2.7:${port}`,
    expiresSeconds: 300,
    q: 1,
    instance: '',
    regId: '',
    connection: `udp;x;192.0.2.7:${port};0;b1`,
    path: [],
    ...changes,
  };
}

async function register(
  contacts: readonly ContactBinding[],
  changes: Partial<RegisterParams> = {},
) {
  const params: RegisterParams = {
    username: 'bob',
    driver: 'sip',
    contacts,
    isWipe: false,
    callId: 'call-1',
    cseq: 1,
    nodename: 'node1',
    boot: 'b1',
    address: '192.0.2.7:5060',
    userAgent: 'test',
    ...changes,
  };
  return await engine.bus.ask('user.register', params);
}

async function route(called: string) {
  const block = { id: 'sip/1', module: 'sip', billid: 'b', caller: 'a', callername: '', called };
  return await engine.bus.ask('call.route', {
    ...block,
    username: '',
    domain: '',
    address: '',
    ip_host: '',
    listener: '',
    isPeer: false,
    hops: 0,
  });
}

async function contactsOf(answer: Awaited<ReturnType<typeof register>>) {
  if (answer === undefined || isRefusal(answer)) throw new Error(JSON.stringify(answer));
  return answer.contacts.map(({ contact: uri }) => uri);
}

describe('a REGISTER', () => {
  test('stores several contacts, and the answer lists them all', async () => {
    const answer = await register([contact(1), contact(2, { q: 0.5 })]);
    expect(await contactsOf(answer)).toEqual(['sip:bob@192.0.2.7:1', 'sip:bob@192.0.2.7:2']);
    expect(await contactsOf(await register([]))).toHaveLength(2);
  });

  test('with one contact too many changes nothing', async () => {
    const many = Array.from({ length: 11 }, (_, index) => contact(index + 1));
    expect(await register(many)).toMatchObject({ refused: 'forbidden' });
    expect(await contactsOf(await register([]))).toEqual([]);
  });

  test('older than the one that stands changes nothing', async () => {
    await register([contact(1)], { cseq: 5 });
    expect(await register([contact(1, { expiresSeconds: 0 })], { cseq: 5 })).toMatchObject({
      refused: 'failure',
    });
    expect(await contactsOf(await register([]))).toHaveLength(1);
    const gone = await register([contact(1, { expiresSeconds: 0 })], { cseq: 6 });
    expect(await contactsOf(gone)).toEqual([]);
  });

  test('at another node takes the binding of the same phone over', async () => {
    await register([contact(1, { instance: '<urn:uuid:1>', regId: '1' })]);
    const data = 'cluster/node2/sip/sip:bob@192.0.2.9:9';
    const moved = contact(9, { data, instance: '<urn:uuid:1>', regId: '1' });
    await register([moved], { callId: 'call-2', nodename: 'node2', boot: 'b2' });
    expect(await route('bob')).toMatchObject({ groups: [[{ callto: data }]] });
    const removed = await engine.bus.ask('user.unregister', {
      username: '',
      connection: contact(1).connection,
      nodename: 'node1',
      boot: 'b1',
      reason: 'flow-closed',
    });
    expect(removed).toEqual({ removed: 0 });
    expect(await route('bob')).toMatchObject({ groups: [[{ callto: data }]] });
  });

  test('that came back to its first node outlives the end of its old flow there', async () => {
    const same = { instance: '<urn:uuid:1>', regId: '1' };
    const old = contact(1, { ...same, connection: 'tcp;x;192.0.2.7:1;1;b1' });
    await register([old]);
    await register([contact(9, same)], { callId: 'call-2', nodename: 'node2', boot: 'b2' });
    await register([{ ...old, connection: 'tcp;x;192.0.2.7:1;2;b1' }], { callId: 'call-3' });
    const removed = await engine.bus.ask('user.unregister', {
      username: '',
      connection: old.connection,
      nodename: 'node1',
      boot: 'b1',
      reason: 'flow-closed',
    });
    expect(removed).toEqual({ removed: 0 });
    expect(await route('bob')).toMatchObject({ groups: [[{ callto: old.data }]] });
  });

  test('stays when its node ends, if others reach the phone by its Path', async () => {
    const path = ['<sip:192.0.2.1;lr>'];
    await register([contact(1), contact(2, { path })]);
    const params = { username: '', connection: '', nodename: 'node1', boot: 'b1' } as const;
    const ended = await engine.bus.ask('user.unregister', { ...params, reason: 'node-end' });
    expect(ended).toEqual({ removed: 1 });
    expect(await route('bob')).toMatchObject({ groups: [[{ callto: contact(2).data }]] });
    const told = await engine.bus.ask('user.unregister', { ...params, reason: 'operator' });
    expect(told).toEqual({ removed: 1 });
  });

  test('that wipes removes all, wherever they are', async () => {
    await register([contact(1)]);
    await register([contact(2)], { callId: 'call-2', nodename: 'node2', boot: 'b2' });
    const wiped = await register([], { isWipe: true, callId: 'call-3' });
    expect(await contactsOf(wiped)).toEqual([]);
    expect(await route('bob')).toMatchObject({ refused: 'offline' });
  });

  test('of somebody unknown is refused', async () => {
    expect(await register([contact(1)], { username: 'nobody' })).toMatchObject({
      refused: 'forbidden',
    });
  });

  test('of one phone at three nodes at once leaves one binding', async () => {
    const same = { instance: '<urn:uuid:1>', regId: '1' };
    await Promise.all(
      [1, 2, 3].map((n) =>
        register([contact(n, same)], { callId: `call-${n}`, nodename: `node${n}`, boot: `b${n}` }),
      ),
    );
    expect(await contactsOf(await register([]))).toHaveLength(1);
  });
});

describe('a call for a user', () => {
  test('rings phones of equal preference together and others after them', async () => {
    await register([contact(1, { q: 0.5 }), contact(2), contact(3, { path: ['<sip:lb;lr>'] })]);
    const answer = await route('bob');
    if (answer === undefined || isRefusal(answer)) throw new Error('no route');
    expect(answer.groups.map((group) => group.length)).toEqual([2, 1]);
    const [first] = answer.groups;
    expect(first!.map(({ params }) => params?.connection)).toContain(contact(2).connection);
    expect(first!.find(({ callto }) => callto.endsWith(':3'))?.params?.path).toEqual([
      '<sip:lb;lr>',
    ]);
  });

  test('who is not registered is refused as offline, unless somebody behind takes it', async () => {
    expect(await route('bob')).toMatchObject({ refused: 'offline' });
    await engine.install({
      name: 'voicemail',
      config: createRegistrarPlugin(database.store).config.pick({}),
      setup: (scope) =>
        scope.handle('call.route', { priority: 100 }, () => ({ groups: [[{ callto: 'vm/bob' }]] })),
    });
    expect(await route('bob')).toEqual({ groups: [[{ callto: 'vm/bob' }]] });
  });

  test('whom nobody knows is left to others', async () => {
    expect(await route('carol')).toBeUndefined();
    expect(await route("'; drop table users; --")).toBeUndefined();
  });

  test('is refused while the database is away, and goes on when it is back', async () => {
    await register([contact(1)]);
    await database.store.call('alter table registrations rename to away');
    expect(await route('bob')).toMatchObject({ refused: 'noresource' });
    await database.store.call('alter table away rename to registrations');
    expect(await route('bob')).toMatchObject({ groups: [[{}]] });
  });

  test('whose registration has expired is offline, and the row goes', async () => {
    await register([contact(1, { expiresSeconds: 60 })]);
    await database.store.call(`update registrations set expires_at = now() - interval '1 second'`);
    expect(await route('bob')).toMatchObject({ refused: 'offline' });
  });
});

async function authenticate(username: string, isFresh = false) {
  const question = { protocol: 'sip', username, realm: 'tandem', method: 'REGISTER', address: '' };
  return await engine.bus.ask('user.auth', { ...question, isFresh });
}

/** The notice of the set-up before may still be on its way. */
async function untilRemembered(username: string): Promise<void> {
  await expect.poll(() => authenticate(username)).toMatchObject({ isRemembered: true });
}

describe('users', () => {
  test('are known by hashes, never by the password', async () => {
    const answer = await authenticate('bob');
    expect(answer).toMatchObject(hashPassword('bob', 'tandem', 'secret'));
    const rows = await database.store.call<object>('select * from users');
    expect(JSON.stringify(rows, (_, value: unknown) => String(value))).not.toContain('secret');
  });

  test('change only where the set-up says something new', async () => {
    expect((await applyUsers([{ name: 'bob', password: 'secret' }])).changes).toEqual([]);
    expect((await applyUsers([{ name: 'bob' }])).changes).toEqual([]);
    const { changes } = await applyUsers([
      { name: 'bob', password: 'other' },
      { name: 'al', password: 'x' },
    ]);
    expect(changes.map(({ name, action }) => `${name} ${action}`)).toEqual([
      'bob update',
      'al create',
    ]);
    expect(JSON.stringify(changes)).not.toContain('other');
    const pruned = await applyUsers([{ name: 'al' }], true);
    expect(pruned.changes.map(({ name, action }) => `${name} ${action}`)).toEqual(['bob delete']);
  });

  test('without a password, or named twice, are refused with the place', async () => {
    expect((await applyUsers([{ name: 'new' }])).issues).toMatchObject([{ path: 'users[0]' }]);
    const twice = await applyUsers([{ name: 'bob' }, { name: 'bob' }]);
    expect(twice.issues).toMatchObject([{ path: 'users[1].name' }]);
  });

  test('are remembered, until any of them changes', async () => {
    expect(await authenticate('bob')).not.toHaveProperty('isRemembered');
    await untilRemembered('bob');
    expect(await authenticate('bob', true)).not.toHaveProperty('isRemembered');
    await applyUsers([{ name: 'bob', password: 'other' }]);
    const isForgotten = async () => (await authenticate('bob')) ?? {};
    await expect.poll(isForgotten).toMatchObject(hashPassword('bob', 'tandem', 'other'));
    await applyUsers([], true);
    await expect.poll(() => authenticate('bob')).toBeUndefined();
  });

  test('are read again after a minute, whatever was heard', async () => {
    await untilRemembered('bob');
    await clock.advance(59_000);
    expect(await authenticate('bob')).toMatchObject({ isRemembered: true });
    await clock.advance(2_000);
    expect(await authenticate('bob')).not.toHaveProperty('isRemembered');
  });

  test('who are new are known at once, and nobody is remembered as unknown', async () => {
    expect(await authenticate('carol')).toBeUndefined();
    await applyUsers([{ name: 'carol', password: 'x' }]);
    expect(await authenticate('carol')).toMatchObject({ username: 'carol' });
  });

  test('with a new password are told so to who asks afresh, before any notice', async () => {
    await untilRemembered('bob');
    await applyUsers([{ name: 'bob', password: 'other' }]);
    expect(await authenticate('bob', true)).toMatchObject(hashPassword('bob', 'tandem', 'other'));
  });
});
