import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasNats } from '../harness/process-cluster.ts';
import { hasSipp } from '../harness/sipp.ts';
import { playAll } from '../stories/play-all.ts';
import type { Act } from '../stories/act.ts';
import { LANES, programme } from '../stories/programme.ts';
import { Stage } from '../stories/stage.ts';

const isPossible = hasNats && hasSipp;
if (!isPossible) {
  console.warn('SKIPPED, LOUDLY: needs nats-server and sipp; run npm run setup -- --test');
}

describe.skipIf(!isPossible)('SIPp on both sides of real nodes', () => {
  let stage: Stage;
  let outcomes: Map<Act, Promise<string | undefined>>;
  const perform = async (act: Act): Promise<string | undefined> =>
    await act.perform(stage).then(() => undefined, String);

  beforeAll(async () => {
    stage = await Stage.open();
    outcomes = playAll(programme, LANES, perform);
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });

  test.each(programme)('$number: $name', async (act) => {
    const outcome = outcomes.get(act);
    // A second try plays it anew.
    outcomes.delete(act);
    expect(await (outcome ?? perform(act))).toBeUndefined();
  });

  test('nothing is left of them all', async () => {
    expect(await stage.rest()).toBeUndefined();
  });
});
