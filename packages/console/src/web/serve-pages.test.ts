import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PageFile, readPageFiles } from './page-files.ts';
import { servePages } from './serve-pages.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tandem-pages-'));
  await mkdir(path.join(folder, 'assets'));
  await writeFile(path.join(folder, 'index.html'), '<!doctype html><title>Tandem</title>');
  await writeFile(path.join(folder, 'assets', 'main-abc123.js'), 'export {};');
  await writeFile(path.join(folder, 'assets', 'main-abc123.js.map'), '{}');
  await writeFile(path.join(folder, 'assets', 'secret.conf'), 'token=x');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function serve(files: ReadonlyMap<string, PageFile>): ReturnType<typeof Fastify> {
  const fastify = Fastify({ logger: false });
  servePages(
    fastify,
    () => files,
    (_, reply) => void reply.code(404).send('nothing here'),
  );
  return fastify;
}

describe('the pages of the console', () => {
  test('the entrance is asked for anew each time, hashed files are kept for good', async () => {
    await using server = serve(await readPageFiles(folder));
    const entrance = await server.inject('/');
    expect(entrance.statusCode).toBe(200);
    expect(entrance.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
    });
    const script = await server.inject('/assets/main-abc123.js');
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(script.body).toBe('export {};');
  });

  test('a page may run only scripts of its own node, and nothing inline', async () => {
    await using server = serve(await readPageFiles(folder));
    const policy = String((await server.inject('/')).headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*|data:|https?:/);
  });

  test('no path leads out of the folder, and what the build did not make is not served', async () => {
    await using server = serve(await readPageFiles(folder));
    const wanted = [
      '/assets/../index.html',
      '/assets/..%2findex.html',
      '/assets/%2e%2e/%2e%2e/package.json',
      '/assets/../../package.json',
      '/assets//etc/passwd',
      '/assets/..%5c..%5cpackage.json',
      '/assets/main-abc123.js%00.css',
      '/assets/main-abc123.js.map',
      '/assets/secret.conf',
      '/assets/',
      '/index.html',
    ];
    for (const url of wanted) expect((await server.inject(url)).statusCode, url).toBe(404);
  });

  test('HEAD answers without a body', async () => {
    await using server = serve(await readPageFiles(folder));
    const answer = await server.inject({ method: 'HEAD', url: '/' });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toBe('');
  });

  test('a node whose pages were not built says what to do', async () => {
    await using server = serve(await readPageFiles(path.join(folder, 'absent')));
    const answer = await server.inject('/');
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('npm run build');
  });
});
