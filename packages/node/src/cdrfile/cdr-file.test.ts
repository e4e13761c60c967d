import { mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine, type RawSection } from '@tandem/engine';
import { callCdr } from '@tandem/messages';
import { expect, test } from 'vitest';
import { createCdrFilePlugin } from './cdr-file-plugin.ts';

const record = callCdr.sample;

async function startEngine(section: RawSection = {}): Promise<{ engine: Engine; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-cdr-'));
  const engine = new Engine({ node: 'node1' });
  await engine.install(createCdrFilePlugin(folder), section);
  return { engine, folder };
}

function linesOf(folder: string, name = 'cdr.jsonl'): string[] {
  return readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
}

test('the final record of a leg is one line of JSON with all that was said', async () => {
  const { engine, folder } = await startEngine();
  await engine.bus.tell('call.cdr', { ...record, operation: 'initialize' });
  await engine.bus.tell('call.cdr', record);
  await engine.bus.tell('call.cdr', { ...record, cdrwrite: false });
  await engine.bus.tell('call.cdr', { ...record, repeat: 1 });
  await engine.stop();
  expect(linesOf(folder).map((line) => JSON.parse(line) as unknown)).toEqual([{ ...record }]);
});

test("Yate's template makes a line that no value can break", async () => {
  const format = '${time},"${caller}",${missing$none},${duration},${reason}';
  const { engine, folder } = await startEngine({ format });
  await engine.bus.tell('call.cdr', { ...record, caller: 'a\r\nfake,line', reason: '' });
  await engine.stop();
  expect(linesOf(folder)).toEqual(['1767225600.125,"a  fake,line",none,12.5,']);
});

test('a file that is moved away is made anew', async () => {
  const { engine, folder } = await startEngine({ operations: 'finalize' });
  await engine.bus.tell('call.cdr', record);
  await expect.poll(() => linesOf(folder).length).toBe(1);
  renameSync(join(folder, 'cdr.jsonl'), join(folder, 'old'));
  await engine.bus.tell('call.cdr', record);
  await engine.stop();
  expect([linesOf(folder).length, linesOf(folder, 'old').length]).toEqual([1, 1]);
});

test('ten thousand records at once all arrive, in order', async () => {
  const { engine, folder } = await startEngine();
  for (let cdrid = 0; cdrid < 10_000; cdrid++) {
    void engine.bus.tell('call.cdr', { ...record, cdrid });
  }
  await engine.stop();
  const ids = linesOf(folder).map((line) => (JSON.parse(line) as { cdrid: number }).cdrid);
  expect(ids).toEqual(Array.from({ length: 10_000 }, (_, n) => n));
});

test('a disk that cannot be written to stops no call, and records wait for it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-cdr-'));
  const blocked = join(folder, 'no-directory');
  writeFileSync(blocked, '');
  const engine = new Engine({ node: 'node1' });
  await engine.install(createCdrFilePlugin(folder), { path: join(blocked, 'cdr.jsonl') });
  expect(await engine.bus.tell('call.cdr', record)).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  renameSync(blocked, join(folder, 'aside'));
  await engine.stop();
  expect(linesOf(join(folder, 'no-directory'))).toHaveLength(1);
});
