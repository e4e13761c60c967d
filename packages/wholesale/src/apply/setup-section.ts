import type { ApplyChange, ApplyIssue, ApplySection } from '@tandem/messages';
import type { StoreTransaction } from '@tandem/store';
import { auditChanges } from './audit-changes.ts';
import { checkWhole } from './check-whole.ts';
import { namedStill } from './named-still.ts';
import type { SectionSpec } from './section-spec.ts';
import { SetupDraft } from './setup-draft.ts';

/** Drafts by the transaction they are made in: all lists of one file share one. */
export type SetupDrafts = WeakMap<object, Promise<SetupDraft>>;

/** One item that differs from what is stored. */
interface Difference<Item> {
  readonly change: ApplyChange;
  readonly item: Item | undefined;
  readonly stored: Item | undefined;
}

interface Comparison<Item> {
  readonly differences: readonly Difference<Item>[];
  readonly issues: readonly ApplyIssue[];
}

/**
 * A list of the declarative set-up: compared whole, written whole, every change with its audit
 * row. Objects that the list does not name stay unless it is pruned.
 */
export function setupSection<Item extends { readonly name: string }>(
  spec: SectionSpec<Item>,
  drafts: SetupDrafts,
): ApplySection {
  const compareItems = async (items: readonly unknown[], prune: boolean, transaction: unknown) =>
    await compare(spec, items as readonly Item[], prune, transaction as StoreTransaction, drafts);
  return {
    name: spec.name,
    order: spec.order,
    item: spec.item,
    async plan(items, { prune, transaction }) {
      const { differences, issues } = await compareItems(items, prune, transaction);
      return { changes: differences.map(({ change }) => change), issues };
    },
    async apply(items, { prune, transaction, actor }) {
      const handle = transaction as StoreTransaction;
      const { differences } = await compareItems(items, prune, handle);
      for (const { item, stored } of differences) {
        if (item !== undefined) await spec.write(handle, item, stored);
      }
      const changes = differences.map(({ change }) => change);
      await auditChanges(handle, actor, changes);
      return changes;
    },
    async finish({ transaction }) {
      const handle = transaction as StoreTransaction;
      const draft = await draftOf(handle, drafts);
      const gone = draft.gone.get(spec.name) ?? [];
      const issues = gone.length === 0 ? [] : await namedStill(handle, spec.name, gone);
      if (issues.length === 0) for (const name of gone) await spec.remove(handle, name);
      return [...issues, ...(await checkWhole(handle, draft))];
    },
  };
}

async function compare<Item extends { readonly name: string }>(
  spec: SectionSpec<Item>,
  given: readonly Item[],
  prune: boolean,
  transaction: StoreTransaction,
  drafts: SetupDrafts,
): Promise<Comparison<Item>> {
  const draft = await draftOf(transaction, drafts);
  const stored = await spec.read(
    transaction,
    given.map(({ name }) => name),
  );
  const items = given.map((item) => spec.settle?.(item, stored.get(item.name)) ?? item);
  const names = new Set(items.map(({ name }) => name));
  const gone = prune ? [...stored.keys()].filter((name) => !names.has(name)) : [];
  spec.draft(draft, items, gone);
  draft.gone.set(spec.name, gone);
  const issues = duplicates(spec.name, items);
  if (gone.length > 0) issues.push(...((await spec.checkRemoval?.(transaction, gone)) ?? []));
  const differences: Difference<Item>[] = [];
  for (const [index, item] of items.entries()) {
    const before = stored.get(item.name);
    const path = `${spec.name}[${index}]`;
    draft.places.set(`${spec.name} ${item.name}`, path);
    issues.push(...spec.check(item, before, draft, path));
    const change = changeOf(spec, before, item);
    if (change !== undefined) differences.push({ change, item, stored: before });
  }
  for (const name of gone) {
    const before = stored.get(name);
    const shown = before && spec.show(before);
    const change = {
      section: spec.name,
      name,
      action: 'delete',
      ...(shown && { before: shown }),
    } as const;
    differences.push({ change, item: undefined, stored: before });
  }
  return { differences, issues };
}

async function draftOf(transaction: StoreTransaction, drafts: SetupDrafts): Promise<SetupDraft> {
  let draft = drafts.get(transaction);
  if (draft === undefined) {
    draft = SetupDraft.read(transaction);
    drafts.set(transaction, draft);
  }
  return await draft;
}

function duplicates(section: string, items: readonly { readonly name: string }[]): ApplyIssue[] {
  const seen = new Set<string>();
  return items.flatMap(({ name }, index) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [{ path: `${section}[${index}].name`, message: `"${name}" stands here twice` }];
  });
}

function changeOf<Item extends { readonly name: string }>(
  spec: SectionSpec<Item>,
  before: Item | undefined,
  item: Item,
): ApplyChange | undefined {
  const { name } = item;
  if (before === undefined) {
    return { section: spec.name, name, action: 'create', after: spec.show(item) };
  }
  const isSame = spec.isSame?.(before, item) ?? textOf(before) === textOf(item);
  if (isSame) return undefined;
  const shown =
    spec.showChange?.(before, item) ?? changedFields(spec.show(before), spec.show(item));
  return { section: spec.name, name, action: 'update', ...shown };
}

function changedFields(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): { before: Record<string, unknown>; after: Record<string, unknown> } {
  const changed = Object.keys(after).filter((key) => textOf(before[key]) !== textOf(after[key]));
  const pick = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(changed.map((key) => [key, fields[key]]));
  return { before: pick(before), after: pick(after) };
}

/** A text that is the same for the same fields, in whatever order they came. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(
          Object.entries(field).toSorted(([one], [other]) => (one < other ? -1 : 1)),
        )
      : field,
  );
}
