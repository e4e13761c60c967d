import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generalConfig } from '@tandem/cluster';
import { describe, expect, test } from 'vitest';
import { boxSections } from '../node/box-sections.ts';
import { readSettings } from '../node/settings.ts';
import { checkConf } from './check-conf.ts';
import { readConf } from './conf-file.ts';
import { describeProblem } from './conf-problem.ts';
import { Conf } from './conf.ts';
import { readConfText } from './conf-reader.ts';

function confOf(text: string): Conf {
  const { entries, sections } = readConfText(text, 'clustering.conf');
  return new Conf('clustering.conf', entries, [], sections);
}

function faultsOf(text: string): string[] {
  const { problems } = readConfText(text, 'clustering.conf');
  return [...problems, ...checkConf(confOf(text), boxSections)].map(describeProblem);
}

const folder = mkdtempSync(join(tmpdir(), 'tandem-conf-'));

function fileOf(text: string): string {
  const file = join(folder, 'clustering.conf');
  writeFileSync(file, text);
  return file;
}

describe("Yate's clustering.conf", () => {
  // As a Yate operator's file looks: comments, no spaces, keys with dots, a template.
  const yate = String.raw`; Clustering configuration

[general]
; prefix: string: Prefix of cluster resources
;prefix=cluster
prefix=cluster

regexp=^node\([0-9]\+\)$
callto=sip/sip:cluster/@10.0.0.\1:5060;transport=udp
locate=cluster.locate
user.register=yes
call.cdr=enable

[priorities]
call.route=50
call.execute=50
user.register=50
call.cdr=25
`;

  test('loads unchanged, every value as it stands', () => {
    expect(faultsOf(yate)).toEqual([]);
    const general = generalConfig.parse(confOf(yate).section('general'));
    expect(general).toMatchObject({
      prefix: 'cluster',
      regexp: String.raw`^node\([0-9]\+\)$`,
      callto: String.raw`sip/sip:cluster/@10.0.0.\1:5060;transport=udp`,
      'user.register': true,
      'call.cdr': true,
    });
  });

  test('an empty file has the defaults of Yate', () => {
    expect(generalConfig.parse(confOf('').section('general'))).toMatchObject({
      prefix: 'cluster',
      regexp: '.*',
      callto: String.raw`nats/\0`,
      locate: 'cluster.locate',
    });
  });

  test.each([
    ['a value that is there and empty is empty', 'prefix=', 'prefix', ''],
    ['white space around key and value is none of theirs', '  prefix  =  a b  ', 'prefix', 'a b'],
    ['; and # inside a value belong to it', 'callto=a;b#c', 'callto', 'a;b#c'],
    ['quotes belong to a value', 'callto="x"', 'callto', '"x"'],
    ['backslashes stay', String.raw`callto=nats/\0`, 'callto', String.raw`nats/\0`],
    ['only the first = splits', 'regexp=a=b=c', 'regexp', 'a=b=c'],
    ['a backslash at the end goes on in the next line', 'regexp=ab\\\n  cd', 'regexp', 'abcd'],
    ['words of truth are texts until a schema reads them', 'enabled=true', 'enabled', 'true'],
    ['line ends of other systems', 'prefix=x\r', 'prefix', 'x'],
  ])('%s', (_, line, key, value) => {
    expect(confOf(`\uFEFF[general]\n${line}\n`).section('general')[key]).toBe(value);
  });

  test('sections of one name are joined, and a key that repeats is a list', () => {
    const conf = confOf('[sip]\npeers=10.0.0.1\n[nats]\n[ sip ]\npeers=10.0.0.2\n');
    expect(conf.section('sip')['peers']).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(conf.sections).toEqual(['sip', 'nats']);
  });

  test('__proto__ is a key like any other', () => {
    expect(faultsOf('[general]\n__proto__=x\n')[0]).toContain('[general] __proto__: unknown key');
  });
});

describe('a fault names its place and says what to do', () => {
  test.each([
    [
      '[general]\nprefix',
      'clustering.conf:2 [general] prefix: expected text, got nothing (write prefix = value)',
    ],
    [
      '[general]\n\nprefx=a',
      'clustering.conf:3 [general] prefx: unknown key (did you mean "prefix"?)',
    ],
    ['[genral]\nprefix=a', 'clustering.conf:1 [genral]: unknown section (did you mean [general]?)'],
    [
      'prefix=a',
      'clustering.conf:1 prefix: stands before the first section (write a header such as [general] above it)',
    ],
    ['[general\nx=1', 'clustering.conf:1: expected [section], got "[general"'],
    ['[general]\n=x', 'clustering.conf:2 [general]: expected key = value, got "=x"'],
    [
      '[general]\n# a comment',
      'clustering.conf:2 [general] # a comment: expected text, got nothing (comments begin with ;)',
    ],
    [
      '[general]\nenabled=maybe',
      'clustering.conf:2 [general] enabled: expected yes or no, got "maybe"',
    ],
    [
      '[priorities]\ncall.route=high',
      'clustering.conf:2 [priorities] call.route: expected number, got "high"',
    ],
    [
      '[priorities]\ncall.route=-1',
      'clustering.conf:2 [priorities] call.route: expected at least 0, got "-1"',
    ],
    [
      '[general]\nprefix=a\nprefix=b',
      'clustering.conf:2 [general] prefix: given more than once, also at clustering.conf:3',
    ],
    [
      '[sip]\nlisten=udp:nowhere:x',
      'clustering.conf:2 [sip] listen: expected transport:address:port, got "udp:nowhere:x"',
    ],
    [
      '[nats]\nlegGraceSeconds=soon',
      'clustering.conf:2 [nats] legGraceSeconds: expected a span such as 250ms, 30s or 5m, got "soon"',
    ],
    [
      '[console]\nlisten=0.0.0.0:8080',
      'clustering.conf:2 [console] listen: expected a loopback address, or a token beside it, got "0.0.0.0:8080"',
    ],
    [
      '[console]\nlisten=8080',
      'clustering.conf:2 [console] listen: expected address:port, got "8080"',
    ],
    [
      '[switch]\nonFault=ignore',
      'clustering.conf:2 [switch] onFault: expected refuse or pass, got "ignore"',
    ],
    [
      '[database]\nonFault=pass',
      'clustering.conf:2 [database] onFault: unknown key (known keys: url, directory, poolSize)',
    ],
    [
      '[wholesale]\nx=1',
      'clustering.conf:2 [wholesale] x: unknown key (known keys: internationalPrefix, poll, tenantPriority, ratePriority, routesPriority, limitsPriority)',
    ],
    [
      '[$include other.conf]',
      'clustering.conf:1: the directive [$include other.conf] is not understood (put all settings into one file, or give them with --set)',
    ],
  ])('%j', (text, fault) => {
    expect(faultsOf(text)).toContain(fault);
  });

  test('all faults are told at once', () => {
    expect(faultsOf('[general]\nprefx=a\n[sip]\nlisten=x\n[foo]\n')).toHaveLength(3);
  });
});

describe('the command line', () => {
  test('--set is stronger than the file and splits at the first dot', () => {
    const file = fileOf('[general]\nuser.register=no\nprefix=file\n');
    const overrides = [
      'general.user.register=yes',
      'sip.listen=udp:127.0.0.1:5060, tcp:[::1]:5060',
    ];
    const { conf, problems } = readConf({ file, overrides, node: 'n1' });
    expect(problems).toEqual([]);
    expect(conf.section('general')).toEqual({
      'user.register': 'yes',
      prefix: 'file',
      nodename: 'n1',
    });
    expect(conf.section('sip')['listen']).toBe('udp:127.0.0.1:5060, tcp:[::1]:5060');
  });

  test.each(['general', 'general.prefix', '.a=b', 'general.=b', 'prefix=a.b'])(
    '--set %s is refused',
    (text) => {
      const { problems } = readConf({ overrides: [text] });
      expect(problems.map(describeProblem).join()).toContain(
        `--set: expected section.key=value, got ${JSON.stringify(text)}`,
      );
    },
  );

  test('an override that is wrong is named as such', async () => {
    const { problems } = await readSettings({ overrides: ['sip.listn=x'], node: 'n1' });
    expect(problems.map(describeProblem)).toEqual([
      '--set [sip] listn: unknown key (did you mean "listen"?)',
    ]);
  });

  test.each(['../x', 'a/b', '', 'a b', '.', 'x'.repeat(64)])(
    '%j is no name of a node',
    async (node) => {
      const { problems } = await readSettings({ overrides: [], node });
      const isDefault = node === '';
      expect(problems.length).toBe(isDefault ? 0 : 1);
    },
  );

  test('a file that is named and absent is a fault; without a name there are only defaults', async () => {
    const { problems } = await readSettings({ file: join(folder, 'none.conf'), overrides: [] });
    expect(problems.map(describeProblem)[0]).toMatch(/none\.conf: there is no such file/);
  });
});

describe('plugins of third parties', () => {
  const plugin = `export const barring = {
    name: 'barring', config: { shape: {}, safeParse: (data) => ({ success: true, data }) }, setup() {},
  };`;

  test('are found beside the configuration file, and have a section of their own', async () => {
    writeFileSync(join(folder, 'barring.mjs'), plugin);
    const file = fileOf('[plugins]\nload=./barring.mjs\n[barring]\n');
    const { settings } = await readSettings({ file, overrides: [], node: 'n1' });
    expect(settings?.plugins.map(({ name }) => name)).toEqual(['barring']);
  });

  test.each([
    ['./none.mjs', 'there is no such file'],
    ['./empty.mjs', 'exports no plugin'],
    ['./broken.mjs', 'cannot be loaded: on purpose'],
    ['./thief.mjs', 'the name "sip" is taken'],
    ['@nobody/nothing', 'cannot be loaded'],
  ])('%s is a fault with its place', async (name, text) => {
    writeFileSync(join(folder, 'empty.mjs'), 'export const x = 1;');
    writeFileSync(join(folder, 'broken.mjs'), 'throw new Error("on purpose");');
    writeFileSync(join(folder, 'thief.mjs'), plugin.replace("'barring'", "'sip'"));
    const file = fileOf(`[plugins]\nload=${name}\n`);
    const { problems } = await readSettings({ file, overrides: [], node: 'n1' });
    expect(problems.map(describeProblem).join()).toContain(
      `clustering.conf:2 [plugins] load: ${name}: `,
    );
    expect(problems.map(describeProblem).join()).toContain(text);
  });
});
