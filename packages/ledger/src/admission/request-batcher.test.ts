import { ManualClock, TandemError, TimerWheel } from '@tandem/engine';
import { expect, test } from 'vitest';
import { RequestBatcher } from './request-batcher.ts';

/** A batcher of texts whose sendings are answered by hand. */
function openBatcher() {
  const sendings: {
    readonly sent: readonly string[];
    readonly answer: () => void;
    readonly fail: (fault: unknown) => void;
  }[] = [];
  const clock = new ManualClock();
  const batcher = new RequestBatcher<{ key: string }, { key: string }>({
    send: (requests) =>
      new Promise((resolve, reject) => {
        const sent = requests.map(({ key }) => key);
        sendings.push({ sent, answer: () => resolve(requests), fail: reject });
      }),
    keyOf: ({ key }) => key,
    batchMax: 2,
    flightsMax: 1,
    waitingMax: 4,
    wheel: new TimerWheel(clock),
  });
  return { batcher, sendings, clock };
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test('what nobody waits for any more is not sent, what is on its way has an end', async () => {
  const { batcher, sendings } = openBatcher();
  const requests = ['a', 'b', 'c', 'd'].map((key) => ({ key }));
  const answers = requests.map((request) => batcher.ask(request));
  await turn();
  expect(sendings.map(({ sent }) => sent)).toEqual([['a', 'b']]);
  expect(batcher.forget(requests[0]!)).toBe(false);
  expect(batcher.forget(requests[2]!)).toBe(true);
  sendings[0]!.answer();
  expect(await answers[1]).toEqual({ key: 'b' });
  await turn();
  expect(sendings.map(({ sent }) => sent)).toEqual([['a', 'b'], ['d']]);
  sendings[1]!.answer();
  expect(await answers[3]).toEqual({ key: 'd' });
  expect(batcher.waiting).toBe(0);
});

test('beyond the bound one more is refused', async () => {
  const { batcher, sendings } = openBatcher();
  const asked = ['a', 'b', 'c', 'd'].map((key) => batcher.ask({ key }));
  await expect(batcher.ask({ key: 'e' })).rejects.toMatchObject({ code: 'STORE_BUSY' });
  for (let count = 0; count < 2; count++) {
    await turn();
    sendings[count]!.answer();
  }
  expect(await Promise.all(asked)).toHaveLength(4);
});

test('a batch with a bad row is split until that row is alone', async () => {
  const { batcher, sendings } = openBatcher();
  const asked = ['good', 'bad'].map((key) => batcher.ask({ key }));
  const outcomes = Promise.allSettled(asked);
  await turn();
  const cause = Object.assign(new Error('refused'), { code: '23514' });
  const fault = new TandemError('STORE_STATEMENT_FAILED', {}, { cause });
  sendings[0]!.fail(fault);
  await turn();
  sendings[1]!.answer();
  await turn();
  sendings[2]!.fail(fault);
  expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});

test('what no call waits for leaves with the next that is urgent, or alone after 48 ms', async () => {
  const { batcher, sendings, clock } = openBatcher();
  const sent = (): (readonly string[])[] => sendings.map((sending) => sending.sent);
  const asked = [batcher.ask({ key: 'a' }, 'patient')];
  await turn();
  expect(sent()).toEqual([]);
  asked.push(batcher.ask({ key: 'b' }));
  await turn();
  expect(sent()).toEqual([['a', 'b']]);
  asked.push(batcher.ask({ key: 'c' }, 'patient'));
  sendings[0]!.answer();
  await turn();
  // The way is free, and still nobody waits for it.
  expect(sent()).toEqual([['a', 'b']]);
  await clock.advance(64);
  expect(sent()).toEqual([['a', 'b'], ['c']]);
  sendings[1]!.answer();
  expect(await Promise.all(asked)).toHaveLength(3);
});

test('one without haste is forgotten as others are', async () => {
  const { batcher, sendings, clock } = openBatcher();
  const request = { key: 'a' };
  void batcher.ask(request, 'patient');
  expect(batcher.forget(request)).toBe(true);
  await clock.advance(64);
  expect(sendings).toEqual([]);
});
