import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileBasic } from './posix-regexp.ts';

/** What matched, with its groups, as regexec tells it; undefined for no match. */
function match(expression: string, text: string): readonly (string | undefined)[] | undefined {
  const regexp = compileBasic(expression);
  if (typeof regexp === 'string') throw new Error(`${expression}: ${regexp}`);
  const found = regexp.exec(text);
  return found === null ? undefined : [...found];
}

describe('a POSIX basic expression', () => {
  test.each<[expression: string, text: string, found: readonly string[] | undefined]>([
    ['node', 'mynode1', ['node']],
    ['^node[0-9]*$', 'node12', ['node12']],
    ['^node[0-9]*$', 'xnode12', undefined],
    ['Node', 'node', undefined],
    // Groups, and what is plain without a backslash.
    ['^node\\(.*\\)$', 'node12', ['node12', '12']],
    ['\\(a\\)\\(b\\)\\2\\1', 'abba', ['abba', 'a', 'b']],
    ['\\(a*\\)b\\1$', 'aabaa', ['aabaa', 'aa']],
    ['(a)', '(a)', ['(a)']],
    ['a+', 'aa+', ['a+']],
    ['a?b', 'a?b', ['a?b']],
    ['a|b', 'a', undefined],
    ['a|b', 'a|b', ['a|b']],
    ['a{2}', 'a{2}', ['a{2}']],
    // GNU's own.
    ['a\\+', 'aaa', ['aaa']],
    ['ab\\?c', 'ac', ['ac']],
    ['^\\(one\\|two\\)$', 'two', ['two', 'two']],
    ['^one\\|two$', 'onex', ['one']],
    ['\\<node\\>', 'a node b', ['node']],
    ['\\<node\\>', 'nodes', undefined],
    // Intervals.
    ['^a\\{2\\}$', 'aa', ['aa']],
    ['^a\\{2\\}$', 'aaa', undefined],
    ['^a\\{2,\\}$', 'aaaa', ['aaaa']],
    ['^a\\{,2\\}$', 'aa', ['aa']],
    ['^a\\{,2\\}$', 'aaa', undefined],
    ['^\\(ab\\)\\{2,3\\}$', 'abababab', undefined],
    ['^\\(ab\\)\\{2,3\\}$', 'ababab', ['ababab', 'ab']],
    // Repetitions of repetitions.
    ['^a**$', 'aaa', ['aaa']],
    ['^a\\{2\\}*$', 'aaaa', ['aaaa']],
    ['^a\\{2\\}*$', 'aaa', undefined],
    // A star that has nothing before it.
    ['*a', '*a', ['*a']],
    ['^*a', '*a', ['*a']],
    ['\\(*a\\)', '*a', ['*a', '*a']],
    ['a\\|*b', '*b', ['*b']],
    // Anchors only at the ends.
    ['a^b', 'a^b', ['a^b']],
    ['a$b', 'a$b', ['a$b']],
    ['\\(^a\\)b', 'ab', ['ab', 'a']],
    ['a\\(b$\\)', 'ab', ['ab', 'b']],
    ['^$', '', ['']],
    // Escapes of what is special, and of what is not.
    ['node\\.1', 'node.1', ['node.1']],
    ['node\\.1', 'nodex1', undefined],
    ['\\*\\[\\]\\^\\$\\\\', '*[]^$\\', ['*[]^$\\']],
    ['a/b', 'a/b', ['a/b']],
    // Brackets.
    ['[]a]', ']', [']']],
    ['^[^]a]$', 'a', undefined],
    ['^[a-c]$', 'b', ['b']],
    ['^[-a]$', '-', ['-']],
    ['^[a-]$', '-', ['-']],
    ['^[a^]$', '^', ['^']],
    ['^[\\n]$', '\\', ['\\']],
    ['^[\\]$', '\\', ['\\']],
    ['^[[]$', '[', ['[']],
    ['^[[:digit:]]*$', '123', ['123']],
    ['^[[:alpha:]_][[:alnum:]_]*$', '_a1', ['_a1']],
    ['^[[:punct:]]*$', '!/:@[`{~', ['!/:@[`{~']],
    ['^[[.-.]a]$', '-', ['-']],
    ['^[[=a=]]$', 'a', ['a']],
    ['.', '\n', ['\n']],
  ])('%j on %j', (expression, text, found) => {
    expect(match(expression, text)).toEqual(found);
  });

  test.each([
    '\\(a',
    'a\\)',
    '[a',
    '[[:nothing:]]',
    'a\\',
    '\\1',
    '\\(a\\1\\)',
    'a\\{',
    'a\\{3,2\\}',
    'a\\{\\}',
    '[b-a]',
    '\\{2\\}',
    'a\\{99999\\}',
  ])('%j is none, and the fault is told', (expression) => {
    expect(typeof compileBasic(expression)).toBe('string');
  });

  test('an empty one never matches, not even nothing (as in Yate)', () => {
    expect(match('', '')).toBeUndefined();
    expect(match('', 'node1')).toBeUndefined();
  });

  test('agrees with a matcher that tries everything', () => {
    fc.assert(
      fc.property(
        tree(),
        fc.string({ unit: fc.constantFrom('a', 'b', '*', '('), maxLength: 6 }),
        (node, text) => {
          const expected = [...endsOf(node, text, 0)].includes(text.length);
          expect(match(`^\\(${write(node)}\\)$`, text) !== undefined).toBe(expected);
        },
      ),
      { numRuns: 1_000, seed: 7 },
    );
  });

  test('whatever is written, it is compiled or its fault is told', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'\\(){}[]*+?|^$.:=,-a1'.split('')), maxLength: 24 }),
        (text) => {
          const regexp = compileBasic(text);
          if (typeof regexp !== 'string') regexp.test('a1-(');
        },
      ),
      { numRuns: 3_000, seed: 7 },
    );
  });
});

/** An expression as it is meant; `write` makes POSIX of it, `endsOf` matches it by trying all. */
type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'set'; readonly members: string; readonly isNegated: boolean }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly least: number; readonly most: number };

function tree(): fc.Arbitrary<Node> {
  return fc.letrec<{ node: Node }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom('a', 'b', '*', '(').map((text): Node => ({ kind: 'text', text })),
      fc.constant<Node>({ kind: 'any' }),
      fc
        .record({ members: fc.constantFrom('a', 'ab', '*('), isNegated: fc.boolean() })
        .map((set): Node => ({ kind: 'set', ...set })),
      fc.record({
        kind: fc.constantFrom('sequence' as const, 'choice' as const),
        parts: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
      }),
      fc
        .record({ part: tie('node'), least: fc.nat(2), more: fc.constantFrom(0, 1, Infinity) })
        .map(({ part, least, more }): Node => ({
          kind: 'repeat',
          part,
          least,
          most: least + more,
        })),
    ),
  })).node;
}

function write(node: Node): string {
  switch (node.kind) {
    case 'text':
      return node.text.replace('*', '\\*');
    case 'any':
      return '.';
    case 'set':
      return `[${node.isNegated ? '^' : ''}${node.members}]`;
    case 'sequence':
      return node.parts.map((part) => `\\(${write(part)}\\)`).join('');
    case 'choice':
      return node.parts.map(write).join('\\|');
    default: {
      const { least, most } = node;
      const times =
        least === 0 && most === Infinity ? '*' : `\\{${least},${most === Infinity ? '' : most}\\}`;
      return `\\(${write(node.part)}\\)${times}`;
    }
  }
}

function endsOf(node: Node, text: string, start: number): Set<number> {
  const one = (isFit: boolean): Set<number> =>
    new Set(isFit && start < text.length ? [start + 1] : []);
  switch (node.kind) {
    case 'text':
      return one(text[start] === node.text);
    case 'any':
      return one(true);
    case 'set':
      return one(node.members.includes(text[start] ?? '') !== node.isNegated);
    case 'choice':
      return new Set(node.parts.flatMap((part) => [...endsOf(part, text, start)]));
    case 'sequence':
      return node.parts.reduce(
        (starts, part) => new Set([...starts].flatMap((from) => [...endsOf(part, text, from)])),
        new Set([start]),
      );
    default: {
      const ends = new Set<number>(node.least === 0 ? [start] : []);
      let starts = new Set([start]);
      for (let times = 1; times <= Math.min(node.most, node.least + text.length + 1); times++) {
        starts = new Set([...starts].flatMap((from) => [...endsOf(node.part, text, from)]));
        if (times >= node.least) for (const end of starts) ends.add(end);
      }
      return ends;
    }
  }
}
