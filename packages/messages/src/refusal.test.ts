import { describeRefusal, isRefusal, refusalTable, refusalWord, refuse } from '@tandem/messages';
import { expect, test } from 'vitest';

test('every refusal has a SIP status that refuses and a Q.850 cause', () => {
  for (const [word, row] of Object.entries(refusalTable)) {
    expect(row.status, word).toBeGreaterThanOrEqual(400);
    expect(row.status, word).toBeLessThan(700);
    expect(row.q850, word).toBeGreaterThanOrEqual(1);
    expect(row.q850, word).toBeLessThanOrEqual(127);
    expect(row.phrase, word).not.toBe('');
    expect(row.meaning, word).not.toBe('');
  }
});

test('a refusal may override the table, and says nothing of its detail on the wire', () => {
  const refusal = refuse('nocredit', 'balance -3.20', { status: 403 });
  expect(describeRefusal(refusal)).toMatchObject({
    status: 403,
    phrase: 'Payment Required',
    q850: 21,
  });
  expect(JSON.stringify(describeRefusal(refusal))).not.toContain('3.20');
});

test('a refusal is told from every other answer', () => {
  expect(isRefusal(refuse('busy'))).toBe(true);
  for (const answer of [undefined, null, 'refused', { groups: [] }, 0]) {
    expect(isRefusal(answer)).toBe(false);
  }
});

test("a word that is not in the table is a failure: a script's text cannot invent one", () => {
  expect(refusalWord('busy')).toBe('busy');
  expect(refusalWord('toString')).toBe('failure');
  expect(refusalWord('__proto__')).toBe('failure');
  expect(refusalWord(undefined)).toBe('failure');
});
