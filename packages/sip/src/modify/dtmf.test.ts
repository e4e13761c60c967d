import { describe, expect, it } from 'vitest';
import { dtmfBody, readDtmf } from './dtmf.ts';

describe('digits in an INFO', () => {
  it.each([
    ['application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n', '5'],
    ['application/dtmf-relay', 'Duration=250\r\nsignal= # \r\n', '#'],
    ['Application/DTMF-Relay;x=y', 'Signal=a', 'A'],
    ['application/dtmf', '7', '7'],
    ['application/dtmf', '123*', '123*'],
    ['application/dtmf', '\r\n9\r\n', '9'],
    ['application/dtmf-relay', 'Signal=99x', undefined],
    ['application/dtmf-relay', '', undefined],
    ['application/media_control+xml', 'Signal=5', undefined],
    ['application/dtmf', '1'.repeat(65), undefined],
  ])('%s %j is %s', (type, content, digits) => {
    expect(readDtmf({ type, content })).toBe(digits);
  });

  it('is read again from what is written', () => {
    for (const digit of '0123456789ABCD*#') expect(readDtmf(dtmfBody(digit))).toBe(digit);
  });

  it('is nothing where there is no body', () => {
    expect(readDtmf(undefined)).toBeUndefined();
  });
});
