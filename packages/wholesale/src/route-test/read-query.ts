import type { RouteQuestion } from './ask-route.ts';
import { readAddress } from '../setup/address-range.ts';
import { hostOf } from '../caller/host-of.ts';

/** What is wrong with a question: which parameter, and what was expected. */
export interface QuestionProblem {
  readonly where: string;
  readonly message: string;
}

/** Parameters of a route test, and their meanings. */
export const ROUTE_TEST_PARAMETERS = {
  source: 'address the call comes from, such as 10.1.0.7',
  called: 'number that is dialled',
  caller: 'number that calls',
  user: 'authenticated user that calls, if any',
  listener: 'listener that the call comes in by, if it matters',
  at: 'instant of the call, ISO 8601 or epoch ms; default: now',
} as const;

/** Reads a question as it came by HTTP. Never throws. */
export function readQuestion(
  query: Readonly<Record<string, unknown>>,
  now: number,
): RouteQuestion | QuestionProblem {
  const unknown = Object.keys(query).find((key) => !Object.hasOwn(ROUTE_TEST_PARAMETERS, key));
  const known = Object.keys(ROUTE_TEST_PARAMETERS).join(', ');
  if (unknown !== undefined)
    return { where: unknown, message: `unknown parameter; known: ${known}` };
  const text = (key: keyof typeof ROUTE_TEST_PARAMETERS): string => {
    const value = query[key];
    return typeof value === 'string' || typeof value === 'number'
      ? String(value).slice(0, 256)
      : '';
  };
  const [source, user] = [text('source'), text('user')];
  const host = hostOf(source);
  if (readAddress(host) === undefined && !(source === '' && user !== '')) {
    return { where: 'source', message: `expected an address such as 10.1.0.7, got "${source}"` };
  }
  if (text('called') === '') return { where: 'called', message: 'expected a number, got nothing' };
  const at = instantOfText(text('at'), now);
  if (at === undefined) {
    const message = `expected an instant such as 2026-01-01T00:00:00Z, got "${text('at')}"`;
    return { where: 'at', message };
  }
  const [called, caller, listener] = [text('called'), text('caller'), text('listener')];
  return { host, user, called, caller, listener, at };
}

function instantOfText(text: string, now: number): number | undefined {
  if (text === '') return now;
  const at = /^\d{10,16}$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}
