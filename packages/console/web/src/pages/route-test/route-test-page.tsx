import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { type ApiProblem, problemOfThrow } from '../../api/api-problem.ts';
import { ProblemNotice } from '../../live/live-region.tsx';
import { useConsole } from '../../shell/console-context.ts';
import { NotInstalled } from '../../shell/not-installed.tsx';
import { readRouteAnswer, type RouteAnswer } from './route-answer.ts';
import { RouteAnswerView } from './route-answer-view.tsx';

const PATH = '/route-test';
const FIELDS = [
  { name: 'source', title: 'Source address', placeholder: '10.1.0.5', isNeeded: false },
  { name: 'user', title: 'or user', placeholder: 'who signed in', isNeeded: false },
  { name: 'called', title: 'Called', placeholder: '14155550100', isNeeded: true },
  { name: 'caller', title: 'Caller', placeholder: '442071838750', isNeeded: false },
  { name: 'at', title: 'At', placeholder: 'now, or 2026-01-31T14:00Z', isNeeded: false },
] as const;

/** Asks what would become of a call, without making one. */
export function RouteTestPage(): VNode {
  const { resources } = useConsole();
  const method = ['GET', 'POST'].find((method) => resources.has(method, PATH));
  if (method === undefined) {
    return <NotInstalled title="Route test" feature="Wholesale" resource="/route-test" />;
  }
  return <RouteTest isPost={method === 'POST'} />;
}

function RouteTest({ isPost }: { readonly isPost: boolean }): VNode {
  const { client } = useConsole();
  const [fields, setFields] = useState<Readonly<Record<string, string>>>({});
  const [isAsking, setAsking] = useState(false);
  const [answer, setAnswer] = useState<RouteAnswer>();
  const [problem, setProblem] = useState<ApiProblem>();
  const ask = async (): Promise<void> => {
    const given = Object.fromEntries(
      Object.entries(fields)
        .map(([name, value]) => [name, value.trim()] as const)
        .filter(([, value]) => value !== ''),
    );
    setAsking(true);
    setProblem(undefined);
    try {
      const search = new URLSearchParams(given).toString();
      const body = await (isPost
        ? client.send('POST', PATH, given)
        : client.get(`${PATH}?${search}`));
      setAnswer(readRouteAnswer(body));
    } catch (thrown) {
      setAnswer(undefined);
      setProblem(problemOfThrow(thrown));
    }
    setAsking(false);
  };
  return (
    <>
      <h1>Route test</h1>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          void ask();
        }}
      >
        {FIELDS.map(({ name, title, placeholder, isNeeded }) => (
          <label key={name}>
            {title}
            <input
              name={name}
              placeholder={placeholder}
              required={isNeeded}
              autocomplete="off"
              value={fields[name] ?? ''}
              onInput={(event) => setFields({ ...fields, [name]: event.currentTarget.value })}
            />
          </label>
        ))}
        <button type="submit" class="button-main" disabled={isAsking}>
          {isAsking ? 'Asking …' : 'Test'}
        </button>
      </form>
      {answer === undefined && problem === undefined && (
        <div class="notice notice-empty">
          Nobody is called: the node answers what it would do with such a call, with every candidate
          and the reason.
        </div>
      )}
      {problem !== undefined && <ProblemNotice problem={problem} what="the route" />}
      {answer !== undefined && <RouteAnswerView answer={answer} />}
    </>
  );
}
