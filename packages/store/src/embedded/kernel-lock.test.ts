import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { KernelLock } from './kernel-lock.ts';

it('is shared by many, excludes all others, and ends with its file', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tandem-lock-'));
  const open = () => new KernelLock(join(directory, 'lock'));
  const [first, second, third] = [open(), open(), open()];
  try {
    expect(await first.share(0)).toBe(true);
    expect(await second.share(0)).toBe(true);
    expect(await third.exclude(20)).toBe(false);
    second.close();
    // The last of the sharers can become the only one.
    expect(await first.exclude(0)).toBe(true);
    expect(await third.share(20)).toBe(false);
    first.close();
    first.close();
    expect(await third.exclude(0)).toBe(true);
  } finally {
    for (const lock of [first, second, third]) lock.close();
    await rm(directory, { recursive: true });
  }
});
