import { definePlugin, Engine, ManualClock, silentLog } from '@tandem/engine';
import { callCdr, type CdrParams } from '@tandem/messages';
import { expect, test } from 'vitest';
import { FinalRecords } from './final-records.ts';
import { Meters } from './meters.ts';

/** Records of unanswered calls that are kept at most. */
const UNANSWERED_MAX = 5_000;

const ledgerWithoutDisk = definePlugin({
  name: 'ledger',
  setup: (scope) =>
    scope.handle('call.cdr', { isAlwaysAsked: true }, () => {
      throw new Error('no space left on device');
    }),
});

test('records of refused calls never take the place of an answered one', async () => {
  const engine = new Engine({ node: 'node1', clock: new ManualClock(), log: silentLog });
  await engine.install(ledgerWithoutDisk);
  const meters = new Meters();
  const { bus, wheel } = engine;
  const records = new FinalRecords(bus, wheel, silentLog, meters, () => undefined);
  const { answeredAt, ...unanswered } = callCdr.sample;
  const refused: CdrParams = { ...unanswered, operation: 'finalize' };
  for (let count = 0; count < UNANSWERED_MAX + 100; count++) records.tell(refused, {});
  expect(records.owed).toBe(UNANSWERED_MAX);
  expect(meters.recordsLost).toBe(100);
  records.tell({ ...refused, answeredAt: answeredAt ?? 1 }, {});
  expect(records.owed).toBe(UNANSWERED_MAX + 1);
  expect(meters.recordsLost).toBe(100);
  await engine.stop();
});
