import { Engine, fromText, toText, textReader } from '@tandem/engine';
import { callExecute, callRoute, clusterLocate, routeTo, vocabulary } from '@tandem/messages';
import { expect, test } from 'vitest';

test('every message is declared once, with a sentence, its senders and a sample', () => {
  const names = vocabulary.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, summary, sentBy, heardBy } of vocabulary) {
    expect(summary, name).toMatch(/\.$/);
    expect(sentBy, name).not.toBe('');
    expect(heardBy, name).not.toBe('');
  }
});

test('every sample survives the way into text and back', () => {
  const { bus } = new Engine({ node: 'node1' });
  for (const declaration of vocabulary) {
    const { name, sample } = declaration;
    const codec = 'codec' in declaration ? declaration.codec : {};
    const message = bus.message(name, sample as never);
    const text = toText(message, codec as never);
    const read = fromText(text.params, sample as never, codec as never);
    const plain = Object.entries(sample).filter(
      ([, value]) => typeof value !== 'object' && value !== undefined,
    );
    for (const [key, value] of plain) {
      expect((read.params as Record<string, unknown>)[key], `${name} ${key}`).toBe(value);
    }
  }
});

test("groups of branches become Yate's fork, and come back", () => {
  const codec = callRoute.codec!;
  const route = { groups: [[{ callto: 'a/1' }, { callto: 'b/2' }], [{ callto: 'c/3' }]] };
  const text = codec.answerToText!(route);
  expect(text.retvalue).toBe('fork a/1 b/2 | c/3');
  expect(codec.textToAnswer!(text.retvalue, textReader([]))).toEqual(route);
  expect(codec.textToAnswer!('sip/sip:x@y', textReader([]))).toEqual(routeTo('sip/sip:x@y'));
});

test('a refusal becomes a dash with its word and reason, and comes back', () => {
  const codec = callRoute.codec!;
  const text = codec.answerToText!({ refused: 'busy', detail: 'on the phone' });
  expect(text).toEqual({
    retvalue: '-',
    params: [
      ['error', 'busy'],
      ['reason', 'on the phone'],
    ],
  });
  expect(codec.textToAnswer!('-', textReader(text.params))).toEqual({
    refused: 'busy',
    detail: 'on the phone',
  });
  expect(codec.textToAnswer!('', textReader([]))).toBeUndefined();
});

test('an empty return value of cluster.locate means this node, as in Yate', () => {
  expect(clusterLocate.codec!.textToAnswer!('', textReader([]))).toEqual({ node: '' });
});

test('an offer does not become text: scripts get what they can read', () => {
  const { bus } = new Engine({ node: 'node1' });
  const text = toText(bus.message('call.execute', callExecute.sample), callExecute.codec!);
  expect(text.params.find(([name]) => name === 'callto')?.[1]).toBe(callExecute.sample.callto);
  expect(text.params.find(([name]) => name === 'offer')?.[1] ?? '').toBe('');
});
