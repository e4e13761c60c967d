import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { problemOfThrow } from '../../api/api-problem.ts';
import { useConsole } from '../../shell/console-context.ts';

/** Lets all nodes read their configuration anew: all switch, or none does, with the reason. */
export function ReloadPanel(): VNode {
  const { client, refreshNodes } = useConsole();
  const [isAsking, setAsking] = useState(false);
  const [answer, setAnswer] = useState<{ isDone: boolean; text: string }>();
  const reload = async (): Promise<void> => {
    setAsking(true);
    setAnswer(undefined);
    try {
      await client.send('POST', '/reload');
      setAnswer({ isDone: true, text: 'All nodes run with what their configuration says now.' });
    } catch (thrown) {
      setAnswer({ isDone: false, text: problemOfThrow(thrown).message });
    }
    setAsking(false);
    refreshNodes();
  };
  return (
    <section class="panel" aria-labelledby="reload-title">
      <h2 id="reload-title">Configuration</h2>
      <p class="muted">
        Every node checks its own clustering.conf first; only if all are right does any of them
        switch.
      </p>
      <button type="button" disabled={isAsking} onClick={() => void reload()}>
        {isAsking ? 'Reloading …' : 'Reload all nodes'}
      </button>
      {answer !== undefined && (
        <p class={`notice ${answer.isDone ? 'notice-good' : 'notice-error'}`} role="status">
          <span class="lines">{answer.text}</span>
        </p>
      )}
    </section>
  );
}
