import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definePlugin, silentLog } from '@tandem/engine';
import type { CallSummary } from '@tandem/messages';
import { openTestDatabase, type TestDatabase } from '@tandem/store/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NodeSignal, Terminal } from './cli/terminal.ts';
import { main } from './main.ts';
import { readSettings } from './node/settings.ts';
import { TandemNode } from './node/tandem-node.ts';

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

class TestTerminal implements Terminal {
  output = '';
  errors = '';
  input = '';
  readonly isWatched = false;
  readonly env = {};
  readonly listeners = new Map<NodeSignal, () => void>();

  out(text: string): void {
    this.output += text;
  }
  err(text: string): void {
    this.errors += text;
  }
  async readInput(): Promise<string> {
    return this.input;
  }
  onSignal(signal: NodeSignal, listener: () => void): () => void {
    this.listeners.set(signal, listener);
    return () => void this.listeners.delete(signal);
  }
  onBug(): () => void {
    return () => undefined;
  }
  pause(): Promise<void> {
    return Promise.resolve();
  }
  hold = () => () => undefined;
  exitAfter(): void {}
}

async function say(...argv: string[]): Promise<Said> {
  return await sayWith('', ...argv);
}

async function sayWith(input: string, ...argv: string[]): Promise<Said> {
  const terminal = new TestTerminal();
  terminal.input = input;
  const code = await main(argv, terminal);
  return { code, out: terminal.output, err: terminal.errors };
}

// State lies below the directory in which a node is started.
const folder = mkdtempSync(join(tmpdir(), 'tandem-main-'));
process.chdir(folder);

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

describe('a command line that makes no sense', () => {
  test.each([
    [[], 'expected a verb'],
    [['frob'], 'unknown verb "frob"'],
    [['nods'], 'unknown verb "nods", did you mean "nodes"?'],
    [['nodes', '--jsno'], 'unknown option or word: jsno'],
    [['hangup'], 'something is missing behind the verb'],
    [['hangup', 'a', 'b'], 'unknown option or word: b'],
    [['plugin'], 'expected a verb behind plugin'],
    [['plugin', 'old', 'x'], 'unknown option or word'],
    [['check', '--config'], 'Not enough arguments following: config'],
    [['calls', '--state', 'dead'], 'Invalid values'],
    [['start', '--log', 'loud'], 'Invalid values'],
    [['nodes', '--api', '::'], '--api: expected an address'],
    [['check', '--set', 'x'], '--set: expected section.key=value, got "x"'],
    [['plugin', 'new', '../x'], 'expected the name of a plugin'],
    [['apply', 'absent.yaml'], 'absent.yaml: there is no such file'],
  ])('%j exits 2 and says why', async (argv, text) => {
    const { code, out, err } = await say(...argv);
    expect(err).toContain(text);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toMatch(/\n\s+at /);
  });

  test('--help and --version are no faults', async () => {
    expect(await say('--version')).toMatchObject({ code: 0, out: '0.1.0\n' });
    for (const argv of [['--help'], ['hangup', '--help'], ['plugin', 'new', '-h']]) {
      const { code, out } = await say(...argv);
      expect(code).toBe(0);
      expect(out).toContain('Options:');
    }
  });
});

describe('without a node', () => {
  test('check names every fault and exits 2, or says that all is well', async () => {
    const bad = write('bad.conf', '[general]\nprefx=a\n[sip]\nlisten=nowhere\n');
    const { code, err } = await say('check', '-c', bad);
    expect(code).toBe(2);
    expect(err).toContain('bad.conf:2 [general] prefx: unknown key (did you mean "prefix"?)');
    expect(err).toContain('bad.conf:4 [sip] listen:');
    expect(err).toContain('2 faults in the configuration');
    const good = await say('check', '--node', 'n1');
    expect(good).toEqual({ code: 0, out: 'clustering.conf can be used: node n1.\n', err: '' });
  });

  test('start refuses bad configuration before anything begins', async () => {
    const { code, err } = await say('start', '--set', 'console.listen=0.0.0.0:80');
    expect({ code, err }).toMatchObject({
      code: 2,
      err: expect.stringContaining('--set [console] listen: expected a loopback address') as string,
    });
  });

  test('verbs that need a node say that none answers', async () => {
    for (const argv of [
      ['nodes'],
      ['calls'],
      ['hangup', '7'],
      ['handlers'],
      ['drain'],
      ['reload'],
    ]) {
      const { code, err, out } = await say(...argv, '--api', 'http://127.0.0.1:1');
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toContain('No node answers at that address.');
      expect(err).toContain('tandem start');
    }
  });

  test('a database that is away fails a verb at once, with what to do', async () => {
    const away = 'database.url=postgres://u:p@127.0.0.1:1/x';
    const { code, err } = await say('migrate', '--set', away);
    expect(code).toBe(1);
    expect(err).toContain('No connection to Postgres');
    expect(err).toContain('Start Postgres');
    expect(err).not.toContain(':p@');
  });

  test('plugin new writes a plugin that works', async () => {
    const { code, out } = await say('plugin', 'new', 'call-barring', '--directory', folder);
    expect(code).toBe(0);
    expect(out).toContain('load = ');
    const file = join(folder, 'call-barring', 'plugin.mjs');
    const check = await say('check', '--node', 'n1', '--set', `plugins.load=${file}`);
    expect(check).toMatchObject({
      code: 0,
      out: expect.stringContaining('call-barring') as string,
    });
    const wrong = ['--set', 'call-barring.priority=x'];
    const bad = await say('check', '--node', 'n1', '--set', `plugins.load=${file}`, ...wrong);
    expect(bad.err).toContain('[call-barring] priority: expected number, got "x"');
    expect((await say('plugin', 'new', 'call-barring')).code).toBe(2);
  });

  test('a plugin brings verbs of its own', async () => {
    const file = write(
      'greeter.mjs',
      `export const plugin = { name: 'greeter', config: { shape: {}, safeParse: (data) => ({ success: true, data }) },
        setup(scope) { scope.handle('cli.commands', {}, () => [{ command: 'greet <name>', describe: 'greets',
          options: { loud: { type: 'boolean', describe: 'loudly' } },
          run: async (args, print) => { print.line('hello ' + args.name + (args.loud ? '!' : '')); return 0; } }]); } };`,
    );
    const conf = ['--set', `plugins.load=${file}`, '--node', 'n1'];
    expect(await say('greet', '0049', '--loud', ...conf)).toMatchObject({
      code: 0,
      out: 'hello 0049!\n',
    });
    expect((await say('greet', ...conf)).code).toBe(2);
  });
});

describe('with a database', () => {
  let database: TestDatabase;
  let conf: string[];
  beforeAll(async () => {
    database = await openTestDatabase();
    conf = ['--node', 'n1', '--set', `database.url=${database.url}`];
  });
  afterAll(async () => await database[Symbol.asyncDispose]());

  test('plan shows, apply makes, and both say where a file is wrong', async () => {
    expect(await say('migrate', ...conf)).toMatchObject({
      code: 0,
      out: expect.stringContaining('applied registrar') as string,
    });
    expect(await say('migrate', ...conf)).toMatchObject({ out: 'The tables are up to date.\n' });
    const file = write('users.yaml', 'users:\n  - {name: alice, password: secret}\n');
    expect(await say('plan', file, ...conf)).toMatchObject({
      code: 0,
      out: '+ users alice\nOne change would be made.\n',
    });
    expect(await say('apply', file, ...conf)).toMatchObject({
      out: '+ users alice\nOne change made.\n',
    });
    expect(await say('apply', file, ...conf)).toMatchObject({ out: 'Nothing to change.\n' });
    const json = await sayWith('{"users": []}', 'plan', '-', '--prune', '--json', ...conf);
    expect(JSON.parse(json.out)).toMatchObject({ changes: [{ name: 'alice', action: 'delete' }] });

    const bad = write('bad.yaml', 'users:\n  - name: bob\n    pasword: x\nusres: []\n');
    const refused = await say('apply', bad, ...conf);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('bad.yaml:3 users[0].pasword: unknown key');
    const told = await say('apply', bad, '--json', ...conf);
    expect(JSON.parse(told.out)).toMatchObject({
      changes: [],
      issues: [
        { path: 'usres', line: 4 },
        { path: 'users[0].pasword', line: 3 },
      ],
    });
    expect(refused.err).toContain('bad.yaml:4 usres: unknown key "usres" (did you mean "users"?)');
    expect((await say('apply', write('torn.yaml', 'users: ['), ...conf)).code).toBe(2);
    expect(await database.query('select name from users')).toEqual([{ name: 'alice' }]);
  });
});

describe('with a node', () => {
  let database: TestDatabase;
  let node: TandemNode;
  let api: string[];
  const file = write('node.conf', '');
  const dropped: string[] = [];
  let calls: CallSummary[] = [];

  beforeAll(async () => {
    database = await openTestDatabase();
    write(
      'node.conf',
      `[general]\nnodename=n1\n[sip]\nlisten=udp:127.0.0.1:0\n[console]\nlisten=127.0.0.1:0\n[database]\nurl=${database.url}\n`,
    );
    const source = { file, overrides: [] };
    const { settings } = await readSettings(source);
    node = await TandemNode.start({ settings: settings!, source, version: '0', log: silentLog });
    api = ['--api', node.consoleUrl];
    const plugin = definePlugin({
      name: 'calls-of-others',
      setup(scope) {
        scope.handle('call.list', {}, () => calls);
        scope.handle('call.drop', { priority: 50 }, ({ params }) => {
          if (!calls.some(({ id }) => id === params.id)) return undefined;
          dropped.push(`${params.id} ${params.reason}`);
          return { dropped: true as const };
        });
      },
    });
    await node.engine.install(plugin);
  });
  afterAll(async () => {
    await node.stop();
    await database[Symbol.asyncDispose]();
  });

  test('nodes are a table for people and the body for programs', async () => {
    const { out, code } = await say('nodes', ...api);
    expect(code).toBe(0);
    expect(out).toMatch(/^NODE +STATE.*\nn1 +up /);
    const json = await say('nodes', '--json', ...api);
    const body = await (await fetch(`${node.consoleUrl}/api/v1/nodes`)).json();
    expect(Object.keys(JSON.parse(json.out) as object)).toEqual(Object.keys(body as object));
    expect(body).toMatchObject({
      askedNode: 'n1',
      nodes: [{ name: 'n1', state: 'up', nats: 'none', database: 'up', boot: node.identity.boot }],
    });
  });

  test('a node of this machine is found by the conf alone, though its port was not said', async () => {
    expect(await say('nodes', '-c', file)).toMatchObject({ code: 0 });
  });

  test('a hostile caller cannot steer the terminal', async () => {
    calls = [summaryOf('n1-b-1', 'evil\u001B[2J\r\nfake')];
    const { out } = await say('calls', ...api);
    expect(out).not.toContain('\u001B');
    expect(out.trimEnd().split('\n')).toHaveLength(2);
  });

  test('one page is listed where one was asked for, and says of how many', async () => {
    calls = ['1', '2', '3'].map((n) => summaryOf(`n1-b-${n}`, '1001'));
    const page = await say('calls', '--limit', '2', ...api);
    expect(page.out.trim().split('\n')).toHaveLength(3);
    expect(page.err).toContain('2 of 3 calls.');
  });

  test('calls are watched until somebody interrupts it', async () => {
    calls = [summaryOf('n1-b-1', '1001')];
    const terminal = new TestTerminal();
    const watching = main(['calls', '--watch', ...api], terminal);
    await expect.poll(() => terminal.output).toContain('n1-b-1');
    calls = [summaryOf('n1-b-2', '1002')];
    await expect.poll(() => terminal.output).toContain('n1-b-2');
    terminal.listeners.get('SIGINT')!();
    expect(await watching).toBe(0);
  });

  test('the calls of one list are hung up by the next verb', async () => {
    calls = [summaryOf('n1-b-1', '1001'), summaryOf('n1-b-2', '1002')];
    const { out } = await say('calls', '--json', ...api);
    dropped.length = 0;
    const hangup = await sayWith(out, 'hangup', '-', '--reason', 'fraud', ...api);
    expect(hangup).toMatchObject({ code: 0, out: 'ended n1-b-1\nended n1-b-2\n' });
    expect(dropped).toEqual(['n1-b-1 fraud', 'n1-b-2 fraud']);
    const lines = await sayWith('n1-b-1\nn1-b-9\n', 'hangup', '-', ...api);
    expect(lines).toMatchObject({ code: 1, out: 'ended n1-b-1\n' });
    expect(lines.err).toContain('n1-b-9: there is no call n1-b-9');
    expect((await sayWith('{"x": 1}', 'hangup', '-', ...api)).code).toBe(2);
    const one = await say('hangup', 'n1-b-9', '--json', ...api);
    expect(one.code).toBe(1);
    expect(JSON.parse(one.out)).toMatchObject({ error: { code: 'CALL_UNKNOWN' } });
  });

  test('handlers shows who is asked, in order', async () => {
    const { out } = await say('handlers', 'call.execute', ...api);
    expect(out).toMatch(/50 +cluster\.forward:50[^]+100 +nats:100[^]+100 +sip:100/);
    const none = await say('handlers', 'call.nothing', ...api);
    expect(none).toMatchObject({ code: 1, out: '' });
  });

  test('a filter that is wrong is told as the node tells it', async () => {
    const { code, err } = await say('calls', '--limit', '0', ...api);
    expect({ code, err }).toMatchObject({
      code: 2,
      err: expect.stringContaining('limit: ') as string,
    });
  });

  test('reload changes what it can, and changes nothing when anything is wrong', async () => {
    const former = readFileSync(file, 'utf8');
    write('node.conf', `${former}[switch]\nringTimeoutMs=soon\n`);
    const refused = await say('reload', ...api);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('node.conf:10 [switch] ringTimeoutMs: expected number');
    expect(refused.err).toContain('Nothing was changed.');
    expect(node.switch.settings.ringTimeoutMs).toBe(60_000);

    write(
      'node.conf',
      `${former}[switch]\nringTimeoutMs=7000\n[priorities]\ncall.route=40\n[nats]\nuser=x\n`,
    );
    const done = await say('reload', ...api);
    expect(done).toMatchObject({ code: 0 });
    expect(done.out).toContain('n1: changed priorities, general, switch');
    expect(done.out).toContain('n1: [nats] user counts at the next start only');
    expect(node.switch.settings.ringTimeoutMs).toBe(7_000);
    expect((await say('handlers', 'call.route', ...api)).out).toContain('cluster.local:40');
    write('node.conf', former);
    expect((await say('reload', ...api)).code).toBe(0);
  });

  test('apply through a node does as apply on the database', async () => {
    const users = write('more.yaml', 'users:\n  - {name: carol, password: secret}\n');
    expect(await say('apply', users, ...api)).toMatchObject({
      code: 0,
      out: '+ users carol\nOne change made.\n',
    });
    const bad = write('bad2.yaml', 'users:\n  - {name: dave}\n');
    const refused = await say('apply', bad, ...api);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.err).toContain('bad2.yaml:2 users[0]: user "dave" is new and has no password');
  });

  test('drain ends the node with its last call', async () => {
    expect(await say('drain', 'nowhere', ...api)).toMatchObject({ code: 1 });
    expect(await say('drain', ...api)).toMatchObject({
      code: 0,
      out: 'n1 takes no new calls; it ends now.\n',
    });
    await node.ended;
    expect(await say('nodes', ...api)).toMatchObject({ code: 1 });
  });
});

test('start runs until it is told to end, and leaves nothing behind', async () => {
  await using database = await openTestDatabase();
  const terminal = new TestTerminal();
  const sets = [
    `database.url=${database.url}`,
    'sip.listen=udp:127.0.0.1:0',
    'console.listen=127.0.0.1:0',
  ];
  const argv = ['start', '--node', 'n2', ...sets.flatMap((text) => ['--set', text])];
  const ended = main(argv, terminal);
  await expect.poll(() => terminal.output, { timeout: 10_000 }).toContain('the node has started');
  terminal.listeners.get('SIGTERM')?.();
  expect(await ended).toBe(0);
  expect(terminal.errors).toBe('');
  expect(terminal.listeners.size).toBe(0);
  const lines = terminal.output.trimEnd().split('\n');
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ node: 'n2' });
});

function summaryOf(id: string, caller: string): CallSummary {
  const numbers = { caller, called: '2002', tenant: null, inboundTrunk: null, outboundTrunk: null };
  const times = { startedAt: 1_000, answeredAt: 2_000, durationMs: 500 };
  const money = { held: null, price: null, currency: null };
  const place = { id, node: 'n1', state: 'up', legs: [], isForwarded: false } as const;
  return { ...place, ...numbers, ...times, ...money };
}
