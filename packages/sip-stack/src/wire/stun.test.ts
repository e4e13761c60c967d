import { crc32 } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { answerBinding } from './stun.ts';

const ID = 'b7e7a701bc34d686fa87dfae';

/** A binding request with attributes, given in hexadecimal. */
function request(attributes = '', kind = '0001'): Buffer {
  const length = (attributes.length / 2).toString(16).padStart(4, '0');
  return Buffer.from(`${kind}${length}2112a442${ID}${attributes}`, 'hex');
}

describe('a STUN binding request (RFC 5389)', () => {
  it('gets the address it came from, as in RFC 5769 §2.2', () => {
    const answer = answerBinding(request(), '192.0.2.1', 32_853);
    expect(answer?.toString('hex')).toBe(`0101000c2112a442${ID}002000080001a147e112a643`);
  });

  it('gets an IPv6 address, as in RFC 5769 §2.3', () => {
    const answer = answerBinding(request(), '2001:db8:1234:5678:11:2233:4455:6677', 32_853);
    expect(answer?.toString('hex')).toBe(
      `010100182112a442${ID}002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9`,
    );
  });

  it('gets a fingerprint where it brought one', () => {
    const answer = answerBinding(request('8028000400000000'), '192.0.2.1', 5060);
    const stamp = answer?.readUInt32BE(answer.length - 4) ?? 0;
    const stamped = answer?.subarray(0, answer.length - 8) ?? Buffer.alloc(0);
    expect(stamp).toBe((crc32(stamped) ^ 0x5354554e) >>> 0);
    expect(answer?.readUInt16BE(2)).toBe((answer?.length ?? 0) - 20);
  });

  it('may bring a user name and optional attributes, which are left aside', () => {
    const answer = answerBinding(
      request('0006000361626300802200046162'.concat('6364')),
      '192.0.2.1',
      1,
    );
    expect(answer?.readUInt16BE(0)).toBe(0x0101);
  });

  it('that asks for what we do not know is refused with its name', () => {
    const answer = answerBinding(request('0003000400000006'), '192.0.2.1', 5060);
    expect(answer?.toString('hex')).toBe(`011100102112a442${ID}0009000400000414000a000200030000`);
  });

  it.each([
    ['an answer', request('', '0101')],
    ['an indication', request('', '0011')],
    ['a length that is wrong', Buffer.concat([request(), Buffer.from([0])])],
    ['an attribute that is cut', request('00060008abcd0000')],
    ['half an attribute', request('0006')],
    ['too few bytes', request().subarray(0, 19)],
    ['none', Buffer.alloc(0)],
  ])('%s is not answered', (_what, bytes) => {
    expect(answerBinding(bytes, '192.0.2.1', 5060)).toBeUndefined();
  });
});
