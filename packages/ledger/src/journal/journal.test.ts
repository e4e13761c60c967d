import { ManualClock, silentLog, systemClock } from '@tandem/engine';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeRecord } from '../../test/money-bench.ts';
import { writeRecord } from '../books/close-calls.ts';
import { closeEntryText, type JournalEntry, readJournalEntry } from './journal-entry.ts';
import { Journal, type JournalOptions } from './journal.ts';
import { readSegment } from './segment-reader.ts';

let directory: string;
let open: Journal[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tandem-journal-'));
  open = [];
});

afterEach(async () => {
  for (const journal of open) await journal.close();
  await rm(directory, { recursive: true });
});

async function openJournal(boot: string, options: Partial<JournalOptions> = {}): Promise<Journal> {
  const clock = systemClock;
  const log = silentLog;
  const journal = await Journal.open({ directory, node: 'node1', boot, clock, log, ...options });
  open.push(journal);
  return journal;
}

/** As a process that is killed: the lock is gone, nothing else is done. */
async function kill(journal: Journal): Promise<void> {
  await journal.close();
  open.splice(open.indexOf(journal), 1);
}

test('ends are on the disk once it says so, refused ones included', async () => {
  const steps: string[] = [];
  const journal = await openJournal('b1', { onStep: (step) => void steps.push(step) });
  await journal.endsWritten();
  expect(steps).toEqual([]);
  void journal.append(entry('a'));
  void journal.append(entry('b'));
  await journal.endsWritten();
  expect(steps).toEqual(['writing', 'synced']);
  await rm(directory, { recursive: true });
  await journal.rotate();
  const refused = journal.append(entry('c'));
  await journal.endsWritten();
  await expect(refused).rejects.toMatchObject({ code: 'LEDGER_JOURNAL_UNWRITABLE' });
  await mkdir(directory);
});

test('an end that is JSON already is the same entry', () => {
  const record = closeRecord('a', {
    tenantId: '7',
    trunkId: '9',
    cdr: { story: { legs: ['"', {}] } },
  });
  const text = closeEntryText(writeRecord(record));
  expect(readJournalEntry(text)).toStrictEqual({ kind: 'close', record });
});

const entry = (charge: string): JournalEntry => ({ kind: 'close', record: closeRecord(charge) });

async function readAll(journal: Journal): Promise<{ charges: string[]; damaged: number }> {
  const charges: string[] = [];
  let damaged = 0;
  for (const segment of journal.left) {
    for await (const part of readSegment(segment.path)) {
      damaged += part.damaged;
      for (const text of part.texts) {
        const found = readJournalEntry(text);
        if (found?.kind === 'close') charges.push(found.record.charge);
      }
    }
  }
  return { charges, damaged };
}

describe('the journal', () => {
  test('what was acknowledged is there after a crash, in order', async () => {
    const journal = await openJournal('b1');
    await Promise.all(['a', 'b', 'c'].map((charge) => journal.append(entry(charge))));
    expect(journal.owed).toBe(3);
    await kill(journal);
    const next = await openJournal('b2');
    expect(next.predecessors).toEqual(['b1']);
    expect(await readAll(next)).toEqual({ charges: ['a', 'b', 'c'], damaged: 0 });
  });

  test('a torn last line is left out, a changed line in the middle is counted', async () => {
    const journal = await openJournal('b1');
    for (const charge of ['a', 'b', 'c']) await journal.append(entry(charge));
    await kill(journal);
    const next = await openJournal('b2');
    const { path } = next.left[0]!;
    const bytes = await readFile(path);
    await truncate(path, bytes.length - 5);
    expect(await readAll(next)).toEqual({ charges: ['a', 'b'], damaged: 0 });
    await writeFile(path, bytes.toString().replace('call-of-b', 'call-of-x'));
    expect(await readAll(next)).toEqual({ charges: ['a', 'c'], damaged: 1 });
    await appendFile(path, '12345678 {"kind":"close"');
    expect(await readAll(next)).toEqual({ charges: ['a', 'c'], damaged: 1 });
  });

  test('a segment is settled when it is closed and the database has all of it', async () => {
    const journal = await openJournal('b1');
    const segment = await journal.append(entry('a'));
    await journal.append(entry('b'));
    journal.settled(segment, 1);
    await journal.rotate();
    expect(await readdir(directory)).toContain('0000000001.b1.journal');
    journal.settled(segment, 1);
    await expect
      .poll(async () => await readdir(directory), { timeout: 10_000 })
      .toEqual(expect.arrayContaining(['0000000001.b1.settled']));
    expect(journal.owed).toBe(0);
  });

  test('ends of calls, and answers that stand on holds too, share a write every 32 ms; nothing else waits', async () => {
    const clock = new ManualClock(Date.now());
    let writes = 0;
    const onStep = (step: string): void => void (step === 'writing' && writes++);
    const journal = await openJournal('b1', { clock, onStep });
    await journal.append(entry('a'));
    const [b, c] = [journal.append(entry('b')), journal.appendText('{"kind":"answer"}', 'patient')];
    // One turn of the loop would do.
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(writes).toBe(1);
    expect(journal.owed).toBe(3);
    await clock.advance(32);
    await Promise.all([b, c]);
    expect(writes).toBe(2);
    const d = journal.append(entry('d'));
    await journal.appendText('{"kind":"answer"}', 'urgent');
    await d;
    expect(writes).toBe(3);
    const e = journal.append(entry('e'));
    await journal.close();
    await e;
    expect(writes).toBe(4);
  });

  test('a settled segment is kept for a day, and owed again after a failover', async () => {
    const clock = new ManualClock(Date.now());
    const journal = await openJournal('b1', { clock });
    journal.settled(await journal.append(entry('a')), 1);
    await journal.rotate();
    await clock.advance(23 * 3_600_000);
    await journal.look();
    expect((await journal.reopenSettled()).map(({ boot }) => boot)).toEqual(['b1']);
    expect(await readAll(journal)).toEqual({ charges: ['a'], damaged: 0 });
    await journal.replayed(journal.left[0]!, 0);
    await clock.advance(2 * 3_600_000);
    await journal.look();
    expect(await readdir(directory)).toEqual(['lock']);
  });

  test('two processes never have one directory', async () => {
    await openJournal('b1');
    await expect(openJournal('b2')).rejects.toMatchObject({ code: 'LEDGER_JOURNAL_LOCKED' });
  });

  test('large journals go over several segments', async () => {
    const journal = await openJournal('b1', { segmentBytesMax: 500 });
    for (let index = 0; index < 6; index++) await journal.append(entry(`c${index}`));
    await kill(journal);
    const next = await openJournal('b2');
    expect(next.left.length).toBeGreaterThan(2);
    expect((await readAll(next)).charges).toEqual(['c0', 'c1', 'c2', 'c3', 'c4', 'c5']);
  });

  test('while the disk refuses, records are refused and nothing is lost; then it goes on', async () => {
    const journal = await openJournal('b1');
    await journal.append(entry('a'));
    await journal.rotate();
    await rm(directory, { recursive: true });
    await expect(journal.append(entry('b'))).rejects.toMatchObject({
      code: 'LEDGER_JOURNAL_UNWRITABLE',
    });
    expect(journal.trouble).toMatch(/ENOENT/);
    await mkdir(directory);
    await journal.append(entry('b'));
    expect(journal.trouble).toBeUndefined();
  });

  test('with too little space left, it says so before the disk is full', async () => {
    const journal = await openJournal('b1', { freeBytesMin: Number.MAX_SAFE_INTEGER });
    expect(journal.trouble).toMatch(/bytes are free/);
    await journal.append(entry('running'));
  });
});
