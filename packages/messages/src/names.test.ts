import {
  formatMicros,
  formatResource,
  isSdp,
  makeCallId,
  parseCallId,
  parseMicros,
  parseResource,
  targetOf,
} from '@tandem/messages';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test('the id of a call names its node, whatever the node is called', () => {
  for (const node of ['node1', 'a-b-c', 'eu.west-1']) {
    const id = makeCallId({ node, boot: 'k3x9' }, 17);
    expect(parseCallId(id)).toEqual({ node, boot: 'k3x9', counter: 17 });
  }
  for (const id of ['', 'node1', 'node1-x', 'node1-x-', '-x-1', 'node1-x-1x']) {
    expect(parseCallId(id)).toBeUndefined();
  }
});

test('a resource is split at its first slash', () => {
  expect(parseResource('sip/sip:bob@host/x')).toEqual({ driver: 'sip', target: 'sip:bob@host/x' });
  expect(parseResource('/x')).toBeUndefined();
  expect(parseResource('tone')).toBeUndefined();
  expect(formatResource({ driver: 'park', target: '7' })).toBe('park/7');
  expect(targetOf('nats/node2', 'nats')).toBe('node2');
  expect(targetOf('nats2/node2', 'nats')).toBeUndefined();
});

test('money is written with six digits and read back, never by way of a float', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), (amountMicros) => {
      expect(parseMicros(formatMicros(amountMicros))).toBe(amountMicros);
    }),
  );
  expect(formatMicros(-1n)).toBe('-0.000001');
  expect(parseMicros('0.1')).toBe(100_000n);
  for (const text of ['', '1,0', '1e3', '0.1234567', '.5', '--1', 'NaN']) {
    expect(parseMicros(text)).toBeUndefined();
  }
});

test('a session description is known by its type, with or without parameters', () => {
  expect(isSdp({ type: 'application/SDP', content: '' })).toBe(true);
  expect(isSdp({ type: 'application/sdp; charset=utf-8', content: '' })).toBe(true);
  expect(isSdp({ type: 'application/sdpx', content: '' })).toBe(false);
  expect(isSdp(undefined)).toBe(false);
});
