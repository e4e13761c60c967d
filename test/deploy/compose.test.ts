import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { projectRoot } from '../../scripts/tools.mjs';

interface Service {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly networks: unknown;
}

const text = await readFile(join(projectRoot, 'docker-compose.yml'), 'utf8');
const { services } = parse(text, { merge: true }) as { services: Record<string, Service> };
const nodes = Object.entries(services).filter(([name]) => name.startsWith('node'));

test('the compose file has three nodes, each with its own name, identity and address', () => {
  expect(nodes.map(([name]) => name)).toEqual(['node1', 'node2', 'node3']);
  for (const [name, { command = [], networks }] of nodes) {
    expect(command).toContain(`--node=${name}`);
    expect(command).toContain(`--set=nats.user=${name}`);
    expect(command.join(' ')).toContain(`\${${name.toUpperCase()}_PASSWORD:?`);
    const address = `172.28.0.1${name.slice(-1)}`;
    expect(networks).toEqual({ tandem: { ipv4_address: address } });
    expect(command.join(' ')).toContain(`sip.listen=udp:${address}:5060, tcp:${address}:5060`);
  }
});

test('nothing but the consoles is published, and those only on this machine', () => {
  const published = Object.values(services).flatMap(({ ports = [] }) => ports);
  expect(published).toHaveLength(3);
  for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:/);
});

test('no secret has a default: each is made by the script, and no two are the same', async () => {
  const wanted = new Set(
    [...text.matchAll(/\$\{([A-Z0-9_]+)(.*?)\}/g)].map(([, name, rest]) => {
      expect(rest).toMatch(/^:\?/);
      return name;
    }),
  );

  const folder = await mkdtemp(join(tmpdir(), 'tandem-secrets-'));
  try {
    const script = join(folder, 'deploy', 'make-secrets.sh');
    await mkdir(join(folder, 'deploy'));
    await copyFile(join(projectRoot, 'deploy', 'make-secrets.sh'), script);
    await promisify(execFile)('sh', [script]);
    const file = join(folder, '.env');
    const secrets = (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => line.split('='));
    expect(new Set(secrets.map(([name]) => name))).toEqual(wanted);
    expect(new Set(secrets.map(([, value]) => value)).size).toBe(secrets.length);
    for (const [, value] of secrets) expect(value).toMatch(/^s[0-9a-f]{48}$/);
    expect((await stat(file)).mode & 0o077).toBe(0);
    await expect(promisify(execFile)('sh', [script])).rejects.toThrow(/already/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
