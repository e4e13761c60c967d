import { definePlugin, isFault, type RawSection } from '@tandem/engine';
import {
  type ContactBinding,
  type ExecuteParams,
  isRefusal,
  type Refusal,
  refuse,
} from '@tandem/messages';
import { answered, type ClusterNode, ClusterRig, hangup } from '@tandem/testing';
import { describe, expect, test } from 'vitest';
import './cluster-facts.ts';
import { compileBasic } from './posix-regexp.ts';

const call = {
  id: 'sip/node1-b1-1',
  module: 'sip',
  billid: 'node1-b1-1',
  caller: 'alice',
  callername: '',
  called: '1000',
  username: 'alice',
  domain: 'example.com',
  address: '192.0.2.7:5060',
  ip_host: '192.0.2.7',
  listener: 'l',
  isPeer: false,
  hops: 0,
};

const offer = {
  headers: [],
  identity: { asserted: [], isTrusted: false },
  diversion: [],
  allow: [],
  supported: [],
  require: [],
  maxForwards: 69,
};

/** One node with that `[general]`; its cluster's destinations are nobody's, so they can be seen. */
async function nodeWith(
  general: RawSection = {},
  sections: Readonly<Record<string, RawSection>> = {},
) {
  const rig = await ClusterRig.create(['node1'], {
    general: { callto: 'there/\\0', ...general },
    ...sections,
  });
  // Nothing but questions is sent here, as a rule: no call has to run out.
  return { rig, node: rig.node('node1'), [Symbol.asyncDispose]: () => rig.node('node1').stop() };
}

/** What becomes of a callto: as drivers see it, with its headers; or the refusal. */
async function execute(node: ClusterNode, callto: string, part: Partial<ExecuteParams> = {}) {
  const params = { ...call, callto, branchId: 'b', attempt: 1, setupMs: 1_000, offer, ...part };
  const message = node.engine.bus.message('call.execute', params);
  const answer = await node.engine.bus.askMessage(message);
  if (answer !== undefined && !isRefusal(answer)) answer.send(hangup('engine'));
  const refusal = isRefusal(answer) ? answer : undefined;
  return { callto: message.params.callto, headers: Object.fromEntries(message.extra), refusal };
}

describe('call.execute: one layer of the name is taken off', () => {
  test.each<[callto: string, seen: string]>([
    // Not ours: untouched.
    ['', ''],
    ['tone/dial', 'tone/dial'],
    ['Cluster/node1/tone/dial', 'Cluster/node1/tone/dial'],
    [' cluster/node1/tone/dial', ' cluster/node1/tone/dial'],
    ['clusters/node1/tone/dial', 'clusters/node1/tone/dial'],
    // Without node and target: untouched, and nobody's.
    ['cluster/', 'cluster/'],
    ['cluster/node1', 'cluster/node1'],
    ['cluster/node1/', 'cluster/node1/'],
    ['cluster/node1/  ', 'cluster/node1/  '],
    // Ours: the bare target.
    ['cluster/node1/tone/dial', 'tone/dial'],
    ['cluster//tone/dial', 'tone/dial'],
    ['cluster/ node1 / tone/dial ', 'tone/dial'],
    // Just one layer.
    ['cluster/node1/cluster/node2/x', 'cluster/node2/x'],
    ['cluster/node1/cluster/node1/x', 'cluster/node1/x'],
    // Another node's: the template.
    ['cluster/node2/tone/dial', 'there/node2'],
    ['cluster/ node2 /tone/dial', 'there/node2'],
  ])('%j becomes %j', async (callto, seen) => {
    await using bench = await nodeWith();
    expect((await execute(bench.node, callto)).callto).toBe(seen);
  });

  test.each<[regexp: string, callto: string, node: string, seen: string]>([
    [
      '^node\\([0-9]*\\)$',
      'yate/sip:cluster/@10.0.0.\\1:5060',
      'node12',
      'yate/sip:cluster/@10.0.0.12:5060',
    ],
    ['^\\(.\\)\\(.\\)\\(.\\)', '\\3\\2\\1-\\0-\\9', 'abc', 'cba-abc-'],
    ['.*', 'a\\\\b\\x', 'n', 'a\\b\\x'],
    ['.*', 'x/${called}/${nothing}/${nothing$else}/${caller$else}', 'n', 'x/1000//else/alice'],
    ['.*', 'x/${callto}', 'n', 'x/tone/dial'],
    ['.*', 'x/${username$anonymous}', 'n', 'x/alice'],
    ['.*', 'x/${callername$nobody}', 'n', 'x/'],
    ['.*', 'x/${called', 'n', 'x/${called'],
    ['.*', 'x/${hops}', 'n', 'x/0'],
    // Unanchored unless it anchors itself.
    ['ode', 'x/\\0', 'node2', 'x/ode'],
  ])('regexp %j with callto %j for %j leads to %j', async (regexp, callto, name, seen) => {
    await using bench = await nodeWith({ regexp, callto });
    const { callto: became, headers } = await execute(bench.node, `cluster/${name}/tone/dial`);
    expect(became).toBe(seen);
    expect(headers['osip_x-callto']).toBe('tone/dial');
  });

  test.each<[what: string, general: RawSection, callto: string]>([
    ['a name that does not match', { regexp: '^node[0-9]$' }, 'cluster/other/tone/dial'],
    ['a name in another case', { regexp: '^node[0-9]$' }, 'cluster/Node2/tone/dial'],
    ['an empty regexp', { regexp: '', enabled: 'yes' }, 'cluster/node2/tone/dial'],
    ['a destination that is blank', { callto: ' ${nothing} ' }, 'cluster/node2/tone/dial'],
    [
      'an asterisk without locate, when it does not match',
      { locate: '', regexp: '^node' },
      'cluster/*/tone/dial',
    ],
  ])('%s: the callto stays, and no header is set', async (_, general, callto) => {
    await using bench = await nodeWith(general);
    expect(await execute(bench.node, callto)).toEqual({ callto, headers: {}, refusal: undefined });
  });

  test('the four headers go with it, empty where there is nothing', async () => {
    await using bench = await nodeWith();
    const { headers } = await execute(bench.node, 'cluster/node2/sip/sip:bob@x');
    expect(headers).toEqual({
      'osip_x-callto': 'sip/sip:bob@x',
      'osip_x-billid': 'node1-b1-1',
      'osip_x-nodename': 'node1',
      'osip_x-username': 'alice',
    });
    const bare = await execute(bench.node, 'cluster/node2/x', { billid: '', username: '' });
    expect(bare.headers).toMatchObject({ 'osip_x-billid': '', 'osip_x-username': '' });
  });

  test('an asterisk without locate is a name like others', async () => {
    await using bench = await nodeWith({ locate: '' });
    expect((await execute(bench.node, 'cluster/*/park/7')).callto).toBe('there/*');
  });

  test('a call that has passed two nodes goes no further: 482', async () => {
    await using bench = await nodeWith();
    const { refusal, headers } = await execute(bench.node, 'cluster/node2/x', { hops: 2 });
    expect([refusal?.refused, headers]).toEqual(['looping', {}]);
    expect(
      (await execute(bench.node, 'cluster/node1/tone/x', { hops: 2 })).refusal,
    ).toBeUndefined();
  });

  test.each<[prefix: string, callto: string, seen: string]>([
    ['voice', 'voice/node1/tone/dial', 'tone/dial'],
    ['voice/', 'voice/node1/tone/dial', 'tone/dial'],
    ['voice/', 'cluster/node1/tone/dial', 'cluster/node1/tone/dial'],
    ['', '/node1/tone/dial', 'tone/dial'],
    ['a/b', 'a/b/node1/tone/dial', 'tone/dial'],
  ])('with prefix %j, %j becomes %j', async (prefix, callto, seen) => {
    await using bench = await nodeWith({ prefix });
    expect((await execute(bench.node, callto)).callto).toBe(seen);
  });
});

describe('call.execute: cluster/*/… asks who has it', () => {
  type Located = { node: string } | Refusal | undefined;

  async function located(answer: Located | (() => Located), part: Partial<ExecuteParams> = {}) {
    const bench = await nodeWith({ regexp: '^node' });
    const asked: unknown[] = [];
    const locator = definePlugin({
      name: 'locator',
      setup: (scope) =>
        scope.handle('cluster.locate', { priority: 10 }, ({ params }) => {
          asked.push(params);
          return typeof answer === 'function' ? answer() : answer;
        }),
    });
    await bench.node.engine.install(locator);
    const became = await execute(bench.node, 'cluster/*/shop/9', part);
    await bench[Symbol.asyncDispose]();
    return { ...became, asked };
  }

  test.each<[node: string, seen: string]>([
    ['node2', 'there/node'],
    ['node1', 'shop/9'],
    ['', 'shop/9'],
    // Not trimmed, and a stranger's name restores the callto.
    [' node1', 'cluster/*/shop/9'],
    ['elsewhere', 'cluster/*/shop/9'],
  ])('the owner %j leads to %j', async (node, seen) => {
    expect((await located({ node })).callto).toBe(seen);
  });

  test('the question says what Yate’s says', async () => {
    const { asked } = await located({ node: 'node2' });
    expect(asked).toEqual([
      {
        callto: 'shop/9',
        allocate: true,
        nodename: 'node1',
        billid: 'node1-b1-1',
        username: 'alice',
      },
    ]);
    const { asked: bare } = await located({ node: 'node2' }, { billid: '', username: '' });
    expect(bare).toEqual([{ callto: 'shop/9', allocate: true, nodename: 'node1', username: '' }]);
  });

  test('a refusal is the call’s, and the callto stays', async () => {
    const { refusal, callto } = await located(refuse('busy', 'in use'));
    expect([refusal?.refused, refusal?.detail, callto]).toEqual([
      'busy',
      'in use',
      'cluster/*/shop/9',
    ]);
    const { refusal: unknown } = await located({ refused: 'nonsense', detail: '' } as never);
    expect(unknown?.refused).toBe('failure');
  });

  test('a locate that nobody answers is a failure', async () => {
    await using bench = await nodeWith({ locate: 'my.locate' });
    const { refusal, callto } = await execute(bench.node, 'cluster/*/shop/9');
    expect([refusal?.refused, callto]).toEqual(['failure', 'cluster/*/shop/9']);
  });
});

describe('user.register: what is stored carries the node', () => {
  const contact = (data: string): ContactBinding =>
    ({ data, contact: 'sip:bob@x', instance: '', regId: 0, expiresSeconds: 60 }) as never;

  async function stored(general: RawSection, data: readonly string[]): Promise<readonly string[]> {
    await using bench = await nodeWith(general);
    const params = { username: 'bob', contacts: data.map(contact) } as never;
    const message = bench.node.engine.bus.message('user.register', params);
    expect(await bench.node.engine.bus.askMessage(message)).toBeUndefined();
    return message.params.contacts.map((binding) => binding.data);
  }

  test.each<[general: RawSection, data: string, becomes: string]>([
    [{}, 'sip/sip:bob@192.0.2.7:5060', 'cluster/node1/sip/sip:bob@192.0.2.7:5060'],
    [{}, '', ''],
    // A forwarded one keeps its node, ours or not.
    [{}, 'cluster/node2/sip/x', 'cluster/node2/sip/x'],
    [{}, 'cluster/node1/sip/x', 'cluster/node1/sip/x'],
    [{}, 'Cluster/node1/sip/x', 'cluster/node1/Cluster/node1/sip/x'],
    [{ prefix: '' }, 'sip/x', '/node1/sip/x'],
    [{ prefix: '' }, '/anything', '/anything'],
    [{ prefix: 'voice/' }, 'sip/x', 'voice/node1/sip/x'],
    [{ 'user.register': 'no' }, 'sip/x', 'sip/x'],
    [{ enabled: 'no' }, 'sip/x', 'sip/x'],
  ])('%j: %j is stored as %j', async (general, data, becomes) => {
    expect(await stored(general, [data])).toEqual([becomes]);
  });

  test('each of several contacts by itself', async () => {
    expect(await stored({}, ['sip/a', 'cluster/node2/sip/b', ''])).toEqual([
      'cluster/node1/sip/a',
      'cluster/node2/sip/b',
      '',
    ]);
  });
});

describe('call.cdr: the record says whose it is', () => {
  test.each<
    [
      part: object,
      nodename: string | undefined,
      nodeprefix: string | undefined,
      general: RawSection,
    ]
  >([
    [{}, 'node1', 'cluster/node1/', {}],
    [{ nodename: 'node9' }, 'node9', 'cluster/node1/', {}],
    [{ nodeprefix: 'p/' }, 'node1', 'p/', {}],
    [{ nodename: 'node9', nodeprefix: 'cluster/node9/' }, 'node9', 'cluster/node9/', {}],
    [{}, undefined, undefined, { 'call.cdr': 'no' }],
    [{}, 'node1', '/node1/', { prefix: '' }],
  ])('%j becomes %j %j with %j', async (part, nodename, nodeprefix, general) => {
    await using bench = await nodeWith(general);
    for (const operation of ['initialize', 'update', 'finalize'] as const) {
      await bench.node.engine.bus.tell('call.cdr', { operation, ...part } as never);
      const told = bench.node.records.at(-1);
      expect([told?.operation, told?.nodename, told?.nodeprefix]).toEqual([
        operation,
        nodename,
        nodeprefix,
      ]);
    }
  });
});

describe('call.route: a call that a sister hands over', () => {
  async function route(
    called: string,
    headers: Record<string, string>,
    isPeer: boolean,
    general: RawSection = {},
  ) {
    await using bench = await nodeWith(general);
    const { bus } = bench.node.engine;
    bench.node.routeTo('1234', ['test/number']);
    const extra = Object.entries(headers);
    const message = bus.message('call.route', { ...call, called, isPeer }, { extra, facts: {} });
    const answer = await bus.askMessage(message);
    const { facts } = message;
    if (answer !== undefined && isRefusal(answer)) throw new Error('it was refused');
    const admitted = await bus.ask('call.admit', { ...call, isPeer, callto: 'x' }, { facts });
    return {
      callto: answer?.groups[0]?.[0]?.callto,
      params: answer?.groups[0]?.[0]?.params,
      called: message.params.called,
      facts,
      admitted,
    };
  }

  test('goes where its x-callto says, and is neither routed nor admitted again', async () => {
    const headers = { 'sip_x-callto': 'sip/sip:bob@x', 'sip_x-nodename': 'node2' };
    const routed = await route('cluster/', headers, true);
    expect(routed.callto).toBe('sip/sip:bob@x');
    expect(routed.facts.handedOver).toEqual({ node: 'node2' });
    expect(routed.admitted).toEqual({ admitted: true });
    expect((await route('cluster/  ', headers, true)).callto).toBe('sip/sip:bob@x');
    expect((await route('voice/', headers, true, { prefix: 'voice' })).callto).toBe(
      'sip/sip:bob@x',
    );
  });

  test('brings the flow and the path of the phone along', async () => {
    const headers = {
      'sip_x-callto': 'sip/x',
      'sip_x-connection': 'udp 1',
      'sip_x-path': '<sip:p;lr>',
    };
    expect((await route('cluster/', headers, true)).params).toEqual({
      connection: 'udp 1',
      path: ['<sip:p;lr>'],
    });
  });

  test('a number behind the prefix is routed here as that number, whatever x-callto says', async () => {
    const routed = await route('cluster/ 1234 ', { 'sip_x-callto': 'sip/x' }, true);
    expect([routed.called, routed.callto, routed.admitted]).toEqual([
      '1234',
      'test/number',
      undefined,
    ]);
  });

  test('without a number and without x-callto nothing is changed', async () => {
    const routed = await route('cluster/', {}, true);
    expect([routed.called, routed.callto]).toEqual(['cluster/', undefined]);
  });

  test('a number of no cluster is left alone', async () => {
    const routed = await route('1234', { 'sip_x-callto': 'sip/x' }, true);
    expect([routed.called, routed.callto]).toEqual(['1234', 'test/number']);
  });

  test('a stranger’s cluster/1234 stays as it is, and leads nowhere', async () => {
    const routed = await route('cluster/1234', {}, false);
    expect([routed.called, routed.callto, routed.admitted]).toEqual([
      'cluster/1234',
      undefined,
      undefined,
    ]);
    const forged = await route('cluster/', { 'sip_x-callto': 'sip/premium' }, false);
    expect([forged.callto, forged.facts.handedOver]).toEqual([undefined, undefined]);
  });
});

describe('call.preroute: whom the headers are believed', () => {
  const forged = [
    ['sip_x-callto', 'sip/premium'],
    ['sip_x-billid', 'forged-1'],
    ['sip_x-nodename', 'node2'],
    ['sip_x-username', 'boss'],
    ['sip_x-connection', 'udp 1'],
    ['sip_x-path', '<sip:evil;lr>'],
    ['sip_x-path', '<sip:evil2;lr>'],
    ['sip_user-agent', 'phone'],
  ] as const;

  test('a stranger’s are taken away and counted, also of a full call', async () => {
    await using bench = await nodeWith();
    const { bus } = bench.node.engine;
    const message = bus.message('call.preroute', call, { extra: forged });
    await bus.askMessage(message);
    expect(message.extra).toEqual([['sip_user-agent', 'phone']]);
    expect(message.params.billid).toBe('node1-b1-1');
    expect(await bench.node.meter('tandem_cluster_stripped_headers_total')).toBe(6);

    const mallory = bench.node.call('cluster/', { extra: forged, isPeer: false });
    await bench.rig.pass(20);
    expect(mallory.lastOf('failed')).toMatchObject({ status: 404 });
    expect(bench.node.executed).toHaveLength(0);
    expect(bench.node.records.every(({ billid }) => billid === 'node1-b1-1')).toBe(true);
  });

  test('a peer’s billid becomes the call’s, before its first record', async () => {
    await using bench = await nodeWith();
    const extra = [
      ['sip_x-callto', 'test/bob'],
      ['sip_x-billid', 'node7-k-9'],
    ] as const;
    const caller = bench.node.call('cluster/', { extra, isPeer: true });
    bench.node.phone('bob').tell(answered('t'));
    await bench.rig.pass(20);
    expect(caller.lastOf('answered')).toBeDefined();
    expect(new Set(bench.node.records.map(({ billid }) => billid))).toEqual(new Set(['node7-k-9']));
  });

  test.each(['', 'with space', 'x'.repeat(200), 'line\r\nbreak', 'ü'])(
    '%j is no billid',
    async (billid) => {
      await using bench = await nodeWith();
      const { bus } = bench.node.engine;
      const extra = [['sip_x-billid', billid]] as const;
      const message = bus.message('call.preroute', { ...call, isPeer: true }, { extra });
      await bus.askMessage(message);
      expect(message.params.billid).toBe('node1-b1-1');
    },
  );
});

describe('the conf', () => {
  test.each<[general: RawSection, isOn: boolean]>([
    [{}, true],
    [{ regexp: '' }, false],
    [{ callto: '' }, false],
    [{ regexp: '', enabled: 'yes' }, true],
    [{ enabled: 'no' }, false],
    [{ enabled: 'off' }, false],
    [{ enabled: 'yes' }, true],
  ])('%j: clustering is used: %j', async (general, isOn) => {
    await using bench = await nodeWith(general);
    const { callto } = await execute(bench.node, 'cluster/node1/tone/dial');
    expect(callto).toBe(isOn ? 'tone/dial' : 'cluster/node1/tone/dial');
    // Who is a stranger stays one, whatever else is off.
    const { bus } = bench.node.engine;
    const message = bus.message('call.preroute', call, { extra: [['sip_x-callto', 'x']] });
    await bus.askMessage(message);
    expect(message.extra).toEqual([]);
  });

  test('an expression that is none is refused with its place', async () => {
    const fault = await nodeWith({ regexp: 'a\\(' }).catch((thrown: unknown) => thrown);
    expect(isFault(fault, 'CONFIG_INVALID')).toBe(true);
    expect(String(fault)).toContain('[general] regexp');
    expect(typeof compileBasic('a\\(')).toBe('string');
  });

  test('absent keys are Yate’s defaults, and nats/\\0 hands over by NATS', async () => {
    const rig = await ClusterRig.create(['node1']);
    const { refusal, callto } = await execute(rig.node('node1'), 'cluster/node9/x');
    expect(callto).toBe('nats/node9');
    expect(refusal).toBeUndefined();
    await rig[Symbol.asyncDispose]();
  });

  test('priorities change by reload, and so does enabled; calls between nodes live on', async () => {
    await using rig = await ClusterRig.create();
    const node1 = rig.node('node1');
    node1.routeTo('1000', ['cluster/node2/test/bob']);
    const caller = node1.call('1000');
    await rig.pass(20);
    rig.node('node2').phone('bob').tell(answered('t'));
    await rig.pass(20);
    const places = (name: string) =>
      node1.engine.bus
        .handlersOf(name)
        .map(({ label }) => label)
        .filter((label) => label.startsWith('cluster.'));
    expect(places('call.route')).toEqual(['cluster.local:50']);
    await node1.reload({
      priorities: {
        'call.route': '20',
        'call.execute': '30',
        'user.register': '40',
        'call.cdr': '10',
      },
    });
    expect([
      ...places('call.route'),
      ...places('call.execute'),
      ...places('user.register'),
      ...places('call.cdr'),
    ]).toEqual([
      'cluster.local:20',
      'cluster.replace:30',
      'cluster.forward:30',
      'cluster.prefix:40',
      'cluster.stamp:10',
    ]);
    await node1.reload({ general: { enabled: 'no' } });
    expect([...places('call.route'), ...places('call.execute')]).toEqual([]);
    rig.node('node2').phone('bob').tell({ type: 'info', infoId: 'i' });
    await rig.pass(20);
    expect(caller.lastOf('info')).toBeDefined();
    caller.tell(hangup('caller'));
    await rig.pass(200);
    expect(rig.node('node2').phone('bob').lastOf('hangup')).toBeDefined();
    await node1.reload({});
    const again = node1.call('1000');
    await rig.pass(20);
    expect(again.lastOf('failed')).toBeUndefined();
  });
});

describe('what crosses with a call', () => {
  test('the charge under which it was admitted, and it is not admitted again', async () => {
    await using rig = await ClusterRig.create();
    const [node1, node2] = [rig.node('node1'), rig.node('node2')];
    node1.routeTo('1000', ['cluster/node2/test/bob']);
    const asked: string[] = [];
    const ledger = (name: string) =>
      definePlugin({
        name: 'money',
        setup: (scope) =>
          scope.handle('call.admit', { priority: 75 }, ({ facts }) => {
            asked.push(name);
            facts.admitted = { charge: 'c-1', node: name };
            return { admitted: true };
          }),
      });
    await node1.engine.install(ledger('node1'));
    await node2.engine.install(ledger('node2'));
    let seen: unknown;
    node2.engine.bus.watch('call.execute', (message) => void (seen = message.facts.admitted));
    node1.call('1000');
    await rig.pass(50);
    expect(asked).toEqual(['node1']);
    expect(seen).toEqual({ charge: 'c-1', node: 'node1' });
  });

  test('what the route said of the branch, for the driver there', async () => {
    await using rig = await ClusterRig.create();
    const params = {
      ringMs: 90_000,
      authUsername: 'me',
      authPassword: 'secret',
      driverOptions: { form: 'e164' },
      connection: 'udp 1',
      path: ['<sip:p;lr>'],
      trunk: 'carrier-1',
    };
    const groups = [[{ callto: 'cluster/node2/test/bob', params }]];
    rig.node('node1').routes.set('1000', { groups });
    rig.node('node1').call('1000');
    await rig.pass(50);
    const { trunk, ...crossed } = params;
    expect(rig.node('node2').executed[0]).toMatchObject(crossed);
    // Its limits were counted where the route was made.
    expect([trunk, rig.node('node2').executed[0]?.trunk]).toEqual(['carrier-1', undefined]);
  });
});
