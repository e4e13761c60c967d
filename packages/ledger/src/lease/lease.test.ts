import { ManualClock, silentLog } from '@tandem/engine';
import { expect, test } from 'vitest';
import { DatabaseTime } from './database-time.ts';
import { Lease } from './lease.ts';

test('a beat is sent when what had ended before it is on the disk', async () => {
  const clock = new ManualClock();
  const sent: string[] = [];
  let write = (): void => undefined;
  const disk = new Promise<void>((resolve) => (write = resolve));
  let waits = 0;
  const lease = new Lease({
    identity: { node: 'node1', boot: 'b1' },
    caller: {
      call: <Row>(text: string) => {
        sent.push(text.includes('register_boot') ? 'register' : 'beat');
        const row = { seen: new Date(), count: 1n, written: [], isTwin: false };
        return Promise.resolve([{ ...row, outcome: 'live', beats: 1n }] as Row[]);
      },
    },
    clock,
    time: new DatabaseTime(clock),
    log: silentLog,
    deadAfterMs: 3_000,
    answers: () => [],
    onAnswersWritten: () => undefined,
    endsWritten: () => {
      waits++;
      return disk;
    },
  });
  await lease.register([]);
  sent.length = 0;
  const beat = lease.beat();
  await new Promise((resolve) => void setImmediate(resolve));
  expect([waits, sent]).toEqual([1, []]);
  write();
  await beat;
  expect(sent).toEqual(['beat']);
});
