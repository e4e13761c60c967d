import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRewriteRule } from './rewrite-rule.ts';

function rewritten(source: string, text: string): string {
  const read = readRewriteRule(source);
  if ('problem' in read) throw new Error(read.problem);
  return read.rule.apply(text);
}

describe('a rewrite rule', () => {
  test.each([
    ['s/^1/001/', '14155550100', '0014155550100'],
    ['s/^1/001/', '4915112', '4915112'],
    ['s/^00(.*)$/$1/', '004930', '4930'],
    ['s/^(\\d{2})(\\d+)$/${2}-${1}/', '491234', '1234-49'],
    ['s#^(49|44)#+\\1#', '4412', '+4412'],
    ['s/0/x/g', '10203', '1x2x3'],
    ['s/0/x/', '10203', '1x203'],
    ['s/a/b/gi', 'aAc', 'bbc'],
    ['s/^/9/', '123', '9123'],
    ['s/$/#/', '123', '123#'],
    ['s/(1+?)(1*)/[$1|$2]/', '111', '[1|11]'],
    ['s/(a)|(b)/<$1$2>/g', 'ab', '<a><b>'],
    ['s/x*/-/g', 'ab', '-a-b-'],
    ['s/[^0-9]//g', '+49 (30) 12-3', '4930123'],
    ['s/\\+/00/', '+49', '0049'],
    ['s/\\//-/', '1/2', '1-2'],
    ['s/^(?:00)?49/$$$&/', '004930', '$004930'],
  ])('%s makes of %s: %s', (source, text, expected) => {
    expect(rewritten(source, text)).toBe(expected);
  });

  test.each([
    ['s/(a+)+$/x/', 'backtrack'],
    ['s/(a*)*/x/', 'backtrack'],
    ['s/(.*a){10}/x/', 'backtrack'],
    ['s/a**/x/', 'backtrack'],
    ['s/(a)\\1/x/', 'backtracking'],
    ['s/(?=a)/x/', 'backtracking'],
    ['s/(?<!a)b/x/', 'backtracking'],
    ['s/[9-0]/x/', 'backwards'],
    ['s/(1/x/', 'not closed'],
    ['s/1)/x/', 'no ('],
    ['s/[1/x/', 'not closed'],
    ['s/*/x/', 'nothing before'],
    ['s/1/$2/', 'group 2'],
    ['s/1/x', 'expected s/'],
    ['1/x/', 'expected s/'],
    ['s/1/x/q', 'flags'],
    ['s/(((((1{60}){60}){60}){60}){60})/x/', 'too large'],
  ])('%s is refused with its reason', (source, reason) => {
    const read = readRewriteRule(source);
    expect('problem' in read ? read.problem : 'accepted').toContain(reason);
  });

  test('finds what a backtracking engine finds', () => {
    const piece = fc.constantFrom(
      '1',
      '2',
      '.',
      '[12]',
      '[^1]',
      '(1|12)',
      '(2)?',
      '1*',
      '.+?',
      '\\d',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 5 }),
        fc.array(fc.constantFrom('1', '2', '3'), { maxLength: 12 }),
        (pieces, digits) => {
          const [pattern, text] = [pieces.join(''), digits.join('')];
          const expected = text.replace(new RegExp(pattern), (whole) => `<${whole}>`);
          expect(rewritten(`s/${pattern}/<$&>/`, text)).toBe(expected);
        },
      ),
      { seed: 4, numRuns: 500 },
    );
  });
});
