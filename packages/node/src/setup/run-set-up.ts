import type { Bus } from '@tandem/engine';
import type { ApplyChange, ApplyIssue } from '@tandem/messages';
import type { Store } from '@tandem/store';
import { checkDocument, type SetUpList } from './check-document.ts';

/** Longest run of one statement: a large deck takes its time. */
const STATEMENT_TIMEOUT_MS = 120_000;

/** How a set-up document is to be taken. */
export interface SetUpOptions {
  readonly mode: 'plan' | 'apply';
  /** What a list that is there does not name is deleted. */
  readonly prune: boolean;
  /** Who does it, for audit rows. */
  readonly actor: string;
}

/** What was, or would be, changed; with issues nothing was. */
export interface SetUpResult {
  readonly changes: readonly ApplyChange[];
  readonly issues: readonly ApplyIssue[];
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
  try {
    return await store.transaction(async (transaction) => {
      const result = await runLists(lists, transaction, options);
      if (options.mode === 'plan' || result.issues.length > 0) throw new RolledBack(result);
      return result;
    }, STATEMENT_TIMEOUT_MS);
  } catch (thrown) {
    if (thrown instanceof RolledBack) return thrown.result;
    throw thrown;
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
  return issues.length > 0 ? { changes: [], issues } : { changes, issues };
}
