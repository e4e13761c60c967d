import type { VNode } from 'preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { readNodeTable } from '../api/node-row.ts';
import { browserClock } from '../clock/browser-clock.ts';
import { EventStream } from '../live/event-stream.ts';
import { usePolled } from '../live/use-polled.ts';
import { LoadHistory } from '../plot/load-history.ts';
import type { SignedIn } from '../session/use-session.ts';
import { type Console, ConsoleContext } from './console-context.ts';
import { Navigation } from './navigation.tsx';
import { NODES_PERIOD_MS } from './periods.ts';
import { pages } from './pages.ts';
import { useFocusOfContent } from './use-focus-of-content.ts';
import { usePlace } from './use-place.ts';

/** How long a word in passing stays, ms. */
const WORD_STAYS_MS = 6_000;

/** Everything around a page: what is known of the nodes lives here, so that pages come and go. */
export function ConsoleShell(props: {
  readonly signedIn: SignedIn;
  readonly onSignOut: () => void;
}): VNode {
  const { client, session, resources, hasToken } = props.signedIn;
  const clock = browserClock;
  const place = usePlace();
  const [isLive, setLive] = useState(false);
  const [word, tell] = useState('');
  const history = useMemo(() => new LoadHistory(), []);
  const events = useMemo(() => new EventStream(client, clock, setLive), [client]);

  const ask = useCallback(async () => {
    const table = readNodeTable(await client.get('/nodes'));
    history.add(clock.epoch(), table.nodes);
    return table;
  }, [client, history]);
  const options = { ask, key: 'nodes', periodMs: NODES_PERIOD_MS, clock };
  const { reading: nodes, nudge: refreshNodes } = usePolled(options);

  useEffect(() => {
    events.start();
    const forget = events.listen(({ type }) => {
      if (type === 'node') refreshNodes();
    });
    return () => {
      forget();
      events.stop();
    };
  }, [events, refreshNodes]);
  useEffect(() => (word === '' ? undefined : clock.after(WORD_STAYS_MS, () => tell(''))), [word]);

  useFocusOfContent(place);
  const entry = pages.find(({ id }) => id === place.page) ?? pages[0];
  useEffect(() => {
    document.title = `${entry.title} · ${session.node} · Tandem`;
  }, [entry, session.node]);

  const around: Console = useMemo(
    () => ({
      client,
      clock,
      session,
      resources,
      events,
      isLive,
      nodes,
      history,
      refreshNodes,
      tell,
    }),
    [client, session, resources, events, isLive, nodes, history, refreshNodes],
  );
  return (
    <ConsoleContext.Provider value={around}>
      <Navigation current={entry.id} onSignOut={hasToken ? props.onSignOut : undefined} />
      <main id="content" class="content" tabIndex={-1}>
        <entry.Page place={place} />
      </main>
      <div class="passing-word" role="status" aria-live="polite">
        {word !== '' && <span>{word}</span>}
      </div>
    </ConsoleContext.Provider>
  );
}
