import { expect, test } from 'vitest';
import { TermTexts } from './term-texts.ts';

/** More than are kept. */
const TEXTS = 130_000;

test('a text that was read has its number again, whatever comes between, and however many', () => {
  const texts = new TermTexts();
  let made = 0;
  const numberOf = (text: string, number: number): number => {
    const bytes = Buffer.from(`<${text}>`, 'latin1');
    return texts.numberOf(bytes, 1, bytes.length - 1, () => {
      made++;
      return number;
    });
  };
  const textOf = (number: number): string => `${number % 7 === 0 ? '' : '0.'}${number}\t60\t60`;
  let wrong = 0;
  for (let number = 0; number < TEXTS; number++) {
    const earlier = number - (number % 1_000);
    if (numberOf(textOf(number), number) !== number) wrong++;
    if (numberOf(textOf(earlier), earlier) !== earlier) wrong++;
  }
  expect(wrong).toBe(0);
  // The last of them are still known; the first were forgotten, and are read again.
  made = 0;
  expect(numberOf(textOf(TEXTS - 1), TEXTS - 1)).toBe(TEXTS - 1);
  expect(made).toBe(0);
  expect(numberOf(textOf(1), 1)).toBe(1);
  expect(made).toBe(1);
});

test('what cannot be read is not kept', () => {
  const texts = new TermTexts();
  const bytes = Buffer.from('x');
  const fault = new RangeError('no terms');
  expect(() =>
    texts.numberOf(bytes, 0, 1, () => {
      throw fault;
    }),
  ).toThrow(fault);
  expect(texts.numberOf(bytes, 0, 1, () => 5)).toBe(5);
});
