import type { Bus } from '@tandem/engine';
import type {
  ApiAnswer,
  ApiRequest,
  ApiResource,
  NodeIdentity,
  TraceQuestion,
} from '@tandem/messages';
import { isIP } from 'node:net';
import { type NodeTraceLine, renderLadder, summaryOf } from './ladder.ts';

const SECONDS_DEFAULT = 60;
const SECONDS_MAX = 600;
const TEXT_CHARS_MAX = 128;
const REFUSALS = { 404: 'There is no such trace: it was ended, or others needed its room.' };

/** What is listened for, one of three, and for how long. */
type Wanted = Pick<TraceQuestion, 'call' | 'number' | 'address' | 'seconds'>;

/** Traces of SIP messages over all nodes: begun, read and ended by whoever may do anything. */
export function traceResources(bus: Bus, { node, boot }: NodeIdentity): readonly ApiResource[] {
  let counter = 0;
  const ask = async (
    action: TraceQuestion['action'],
    id: string,
    wanted: Wanted = { call: '', number: '', address: '', seconds: 0 },
  ) => await bus.gather('sip.trace', { action, id, ...wanted }, { to: '*' });
  return [
    {
      method: 'POST',
      path: '/traces',
      role: 'admin',
      summary:
        'Begins to write SIP messages down at all nodes, of one of call (a billid), number (its begin) and address, for so many seconds; secrets are masked.',
      refusals: { 409: 'Too many traces run already.' },
      async handle(request): Promise<ApiAnswer> {
        const wanted = readWanted(request);
        if (typeof wanted === 'string') return refused(400, 'BODY_INVALID', wanted);
        const id = `${node}-${boot}-t${++counter}`;
        const { answers, unanswered } = await ask('begin', id, wanted);
        const nodes = answers.map((answer) => answer.node);
        if (nodes.length === 0) {
          return refused(409, 'TRACES_MANY', 'too many traces run already, end one of them');
        }
        return { status: 200, body: { id, nodes, unanswered, ...wanted } };
      },
    },
    {
      method: 'GET',
      path: '/traces/{id}',
      role: 'admin',
      summary: 'Shows what a trace has heard so far at all nodes, in order of time.',
      query: { form: 'json or ladder; default json' },
      refusals: REFUSALS,
      async handle({ params: { id = '' }, query }): Promise<ApiAnswer> {
        const { answers, unanswered } = await ask('read', id);
        return show(id, answers, unanswered, query['form']);
      },
    },
    {
      method: 'DELETE',
      path: '/traces/{id}',
      role: 'admin',
      summary: 'Ends a trace at all nodes and shows what it has heard.',
      query: { form: 'json or ladder; default json' },
      refusals: REFUSALS,
      async handle({ params: { id = '' }, query }): Promise<ApiAnswer> {
        const { answers, unanswered } = await ask('end', id);
        return show(id, answers, unanswered, query['form']);
      },
    },
  ];
}

type Answers = Awaited<ReturnType<typeof gatherAll>>['answers'];
const gatherAll = async (bus: Bus, question: TraceQuestion) =>
  await bus.gather('sip.trace', question, { to: '*' });

function show(
  id: string,
  answers: Answers,
  unanswered: readonly string[],
  form: string | undefined,
): ApiAnswer {
  if (answers.length === 0) return refused(404, 'TRACE_UNKNOWN', `there is no trace ${id}`);
  const lines = answers
    .flatMap(({ node, answer }) => answer.lines.map((line): NodeTraceLine => ({ node, ...line })))
    .toSorted((a, b) => a.at - b.at);
  if (form === 'ladder') {
    return { status: 200, body: renderLadder(lines), contentType: 'text/plain; charset=utf-8' };
  }
  const messages = lines.map((line) => ({ ...line, summary: summaryOf(line.text) }));
  const isOpen = answers.some(({ answer }) => answer.isOpen);
  const dropped = answers.reduce((sum, { answer }) => sum + answer.dropped, 0);
  return { status: 200, body: { id, isOpen, dropped, messages, unanswered } };
}

/** @returns what is wanted, or what is wrong with it */
function readWanted({ body }: ApiRequest): Wanted | string {
  const given = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const text = (name: string): string => {
    const value = given[name];
    return typeof value === 'string' ? value.slice(0, TEXT_CHARS_MAX) : '';
  };
  const [call, number, address] = ['call', 'number', 'address'].map(text) as [
    string,
    string,
    string,
  ];
  const seconds = given['seconds'] ?? SECONDS_DEFAULT;
  const named = [call, number, address].filter((value) => value !== '');
  if (named.length !== 1) return 'expected one of call, number and address';
  if (address !== '' && isIP(address) === 0)
    return `expected an address, got ${JSON.stringify(address)}`;
  const isSpan = typeof seconds === 'number' && Number.isInteger(seconds);
  if (!isSpan || seconds < 1 || seconds > SECONDS_MAX) {
    return `expected seconds from 1 to ${SECONDS_MAX}`;
  }
  return { call, number, address, seconds };
}

function refused(status: number, code: string, message: string): ApiAnswer {
  return { status, body: { error: { code, message } } };
}
