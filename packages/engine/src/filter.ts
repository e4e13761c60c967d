/** One condition on a param: exact text, a pattern, a list of which any fits, or a negation. */
export type Condition =
  | string
  | number
  | boolean
  | RegExp
  | readonly (string | number | boolean | RegExp)[]
  | { readonly not: string | number | boolean | RegExp };

/** Conditions on params, all of which must hold. A missing param is matched as empty (as in Yate). */
export type Where<P> = { readonly [K in keyof P]?: Condition };

/** A compiled filter: whether params fit. */
export type Filter = (params: Readonly<Record<string, unknown>>) => boolean;

/** Compiles conditions once, at installation; a dispatch only runs the result. */
export function compileFilter(where: object): Filter {
  const tests = Object.entries(where)
    .filter(([, condition]) => condition !== undefined)
    .map(([key, condition]) => ({ key, test: compileCondition(condition as Condition) }));
  const [first] = tests;
  if (first === undefined) return () => true;
  if (tests.length === 1) return (params) => first.test(textOf(params[first.key]));
  return (params) => tests.every(({ key, test }) => test(textOf(params[key])));
}

function compileCondition(condition: Condition): (text: string) => boolean {
  if (condition instanceof RegExp) return patternTest(condition);
  if (Array.isArray(condition)) {
    const tests = (condition as readonly Condition[]).map(compileCondition);
    return (text) => tests.some((test) => test(text));
  }
  if (typeof condition === 'object') {
    const test = compileCondition((condition as { not: Condition }).not);
    return (text) => !test(text);
  }
  const expected = String(condition);
  return (text) => text === expected;
}

/** A global or sticky pattern remembers where it stopped; a filter must not. */
function patternTest(pattern: RegExp): (text: string) => boolean {
  const stateless = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  return (text) => stateless.test(text);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : `${value as number | boolean}`;
}
