import type { Bus } from '@tandem/engine';
import type { ApplyChange, ApplyIssue, NodesFollowing } from '@tandem/messages';
import type { Store } from '@tandem/store';
import { checkDocument, type SetUpList } from './check-document.ts';

/** Longest run of one statement: a large deck takes its time. */
const STATEMENT_TIMEOUT_MS = 120_000;

/** How long an apply waits for the nodes, as a rule: longer than they look for changes, ms. */
export const FOLLOW_MS = 5_000;

/** Key of the advisory lock that one file at a time holds: "set-up" as bytes. */
const SET_UP_LOCK = 0x7365_742d_7570;

/** How a set-up document is to be taken. */
export interface SetUpOptions {
  readonly mode: 'plan' | 'apply';
  /** What a list that is there does not name is deleted. */
  readonly prune: boolean;
  /** Who does it, for audit rows. */
  readonly actor: string;
  /** How long the nodes may take until they go by it; absent: nobody waits for them. */
  readonly followMs?: number | undefined;
}

/** What was, or would be, changed; with issues nothing was. */
export interface SetUpResult {
  readonly changes: readonly ApplyChange[];
  readonly issues: readonly ApplyIssue[];
  /** Who goes by it, once it was applied and waited for. */
  readonly nodes?: NodesFollowing;
}

/**
 * Makes the set-up that a document describes, in one transaction over all sections: all or
 * nothing. A plan does just the same and rolls back, so it cannot promise what apply would not
 * do. @throws TandemError of the store
 */
export async function runSetUp(
  { bus, store }: { readonly bus: Bus; readonly store: Store },
  document: unknown,
  options: SetUpOptions,
): Promise<SetUpResult> {
  const { answers } = await bus.gather('apply.sections', {});
  const sections = answers.flatMap(({ answer }) => answer);
  const { lists, issues } = checkDocument(document, sections);
  if (issues.length > 0) return { changes: [], issues };
  const result = await commit(store, lists, options);
  const nodes = await follow(lists, result, options);
  return nodes === undefined ? result : { ...result, nodes };
}

async function commit(
  store: Store,
  lists: readonly SetUpList[],
  options: SetUpOptions,
): Promise<SetUpResult> {
  try {
    return await store.transaction(async (transaction) => {
      // One file after the other: two that both find nothing would both write all of it.
      await transaction.query('select pg_advisory_xact_lock($1)', [SET_UP_LOCK]);
      const result = await runLists(lists, transaction, options);
      if (options.mode === 'plan' || result.issues.length > 0) throw new RolledBack(result);
      return result;
    }, STATEMENT_TIMEOUT_MS);
  } catch (thrown) {
    if (thrown instanceof RolledBack) return thrown.result;
    throw thrown;
  }
}

/** Waits for the nodes. What they do not say is no fault of what was committed. */
async function follow(
  lists: readonly SetUpList[],
  { changes, issues }: SetUpResult,
  { mode, followMs }: SetUpOptions,
): Promise<NodesFollowing | undefined> {
  const followed = lists.find(({ section }) => section.follow !== undefined)?.section;
  const isDone = mode === 'apply' && issues.length === 0 && changes.length > 0;
  if (!isDone || followMs === undefined) return undefined;
  try {
    return await followed?.follow?.({ withinMs: followMs });
  } catch {
    return undefined;
  }
}

/** The way out of a transaction that shall leave nothing behind. */
class RolledBack extends Error {
  constructor(readonly result: SetUpResult) {
    super('rolled back');
  }
}

async function runLists(
  lists: readonly SetUpList[],
  transaction: unknown,
  { prune, actor }: SetUpOptions,
): Promise<SetUpResult> {
  const changes: ApplyChange[] = [];
  const issues: ApplyIssue[] = [];
  for (const { section, items } of lists) {
    const planned = await section.plan(items, { prune, transaction });
    issues.push(...planned.issues);
    // Written at once: what comes later may name it. One issue anywhere takes all of it back.
    if (planned.issues.length === 0) {
      changes.push(...(await section.apply(items, { prune, transaction, actor })));
    }
  }
  if (issues.length === 0) {
    for (const { section } of lists.toReversed()) {
      issues.push(...((await section.finish?.({ transaction })) ?? []));
    }
  }
  return issues.length > 0 ? { changes: [], issues } : { changes, issues };
}
