import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runTandem } from '../harness/run-tandem.ts';

test('a clustering.conf written for Yate loads unchanged', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'tandem-conf-'));
  const conf = path.join(directory, 'clustering.conf');
  await writeFile(
    conf,
    [
      '; clustering of the telephony nodes',
      '[general]',
      '; the engine gives the name',
      'enabled=yes',
      'prefix=cluster',
      'regexp=^node\\([0-9]\\+\\)$',
      'callto=sip/sip:cluster/@127.0.0.1\\1:5060',
      'locate=cluster.locate',
      'user.register=true',
      'call.cdr=enable',
      '',
      '[priorities]',
      'call.route=50',
      'call.execute=50',
      'user.register=50',
      'call.cdr=25',
      '',
    ].join('\r\n'),
  );
  const result = await runTandem(['check', '--config', conf, '--node', 'node1'], {
    cwd: directory,
  });
  await rm(directory, { recursive: true, force: true });
  expect(result.stderr).toBe('');
  expect(result.code).toBe(0);
});
