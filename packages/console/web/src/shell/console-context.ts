import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ApiClient } from '../api/api-client.ts';
import type { NodeTable } from '../api/node-row.ts';
import type { ResourceMap } from '../api/resource-map.ts';
import type { Session } from '../api/session.ts';
import type { PageClock } from '../clock/page-clock.ts';
import type { EventStream } from '../live/event-stream.ts';
import type { Reading } from '../live/poller.ts';
import type { LoadHistory } from '../plot/load-history.ts';

/** What every page stands on once somebody is signed in. */
export interface Console {
  readonly client: ApiClient;
  readonly clock: PageClock;
  readonly session: Session;
  readonly resources: ResourceMap;
  readonly events: EventStream;
  /** Whether events come in; if not, pages are a poll behind. */
  readonly isLive: boolean;
  readonly nodes: Reading<NodeTable>;
  readonly history: LoadHistory;
  /** Asks for the nodes again soon. */
  readonly refreshNodes: () => void;
  /** Says something in passing, to eyes and to screen readers. */
  readonly tell: (sentence: string) => void;
}

/** Where pages find the console; the shell provides it. */
export const ConsoleContext = createContext<Console | undefined>(undefined);

/** The console around this component. */
export function useConsole(): Console {
  const found = useContext(ConsoleContext);
  if (found === undefined) throw new Error('a page stands outside the shell');
  return found;
}
