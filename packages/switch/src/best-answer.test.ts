import { failed } from '@tandem/testing';
import { describe, expect, it } from 'vitest';
import { bestAnswer, toCaller } from './best-answer.ts';

const best = (...statuses: number[]) =>
  bestAnswer(statuses.map((status) => failed(status)))?.status;

describe('the best of several failures', () => {
  it.each([
    [[486, 603], 603],
    [[603, 486, 404], 603],
    [[404, 486], 486],
    [[404, 484], 484],
    [[480, 404], 404],
    [[488, 404], 404],
    [[415, 488], 488],
    [[420, 415], 415],
    [[480, 420], 420],
    [[408, 480], 480],
    [[500, 408], 408],
    [[480, 403], 403],
    [[503, 500], 500],
    [[500, 503], 503],
    [[302, 480], 480],
    [[401, 408], 408],
    [[407, 500], 500],
  ])('of %j is %i', (statuses, expected) => {
    expect(best(...statuses)).toBe(expected);
  });

  it('is none without a failure', () => {
    expect(bestAnswer([])).toBeUndefined();
  });
});

describe('what the caller is told of a failure', () => {
  it.each([301, 302, 401, 407, 482, 503])('a carrier’s %i is never raw', (status) => {
    const told = toCaller(failed(status, { retryAfterSeconds: 30, contacts: ['sip:x@y'] }));
    expect(told).toMatchObject({ status: 503, q850: 34, reasonHeaders: ['Q.850;cause=34'] });
    expect(told.retryAfterSeconds).toBeUndefined();
    expect(told.contacts).toBeUndefined();
  });

  it('reason and cause of the chosen one pass, foreign protocols do not', () => {
    const reasonHeaders = ['Q.850;cause=27', 'evil;cause=1', ' q.850 ;cause=17'];
    const told = toCaller(failed(503, { q850: 27, reasonHeaders }));
    expect(told).toMatchObject({ status: 503, q850: 27 });
    expect(told.reasonHeaders).toEqual(['Q.850;cause=27', ' q.850 ;cause=17']);
  });

  it('busy keeps its status and Retry-After', () => {
    expect(toCaller(failed(486, { retryAfterSeconds: 60 }))).toMatchObject({
      status: 486,
      retryAfterSeconds: 60,
    });
  });

  it('our own loop is told as what it is', () => {
    expect(toCaller(failed(482, { where: 'node' })).status).toBe(482);
  });

  it('a wrong password at the carrier keeps its word for the record', () => {
    const told = toCaller(failed(503, { reason: 'carrierauth' }));
    expect(told).toMatchObject({ status: 503, reason: 'carrierauth' });
  });
});
