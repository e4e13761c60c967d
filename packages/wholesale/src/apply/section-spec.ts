import type { z } from '@tandem/engine';
import type { ApplyIssue } from '@tandem/messages';
import type { StoreTransaction } from '@tandem/store';
import type { SetupDraft } from './setup-draft.ts';

/** What one list of the declarative set-up is made of. */
export interface SectionSpec<Item extends { readonly name: string }> {
  readonly name: string;
  readonly order: number;
  readonly item: z.ZodType<Item>;
  /** The stored objects as items, those named with all that belongs to them. */
  read(transaction: StoreTransaction, names: readonly string[]): Promise<ReadonlyMap<string, Item>>;
  /** An item as it will be stored, given the one that is there: what was not given stays. */
  settle?(item: Item, stored: Item | undefined): Item;
  /** Whether nothing has changed; absent: when all fields are the same. */
  isSame?(before: Item, after: Item): boolean;
  /** Fields as plans and audits show them: no secrets. */
  show(item: Item): Readonly<Record<string, unknown>>;
  /** Fields that changed, where showing whole values would be too much. */
  showChange?(
    before: Item,
    after: Item,
  ): {
    readonly before: Readonly<Record<string, unknown>>;
    readonly after: Readonly<Record<string, unknown>>;
  };
  /** Puts the items into the draft that the lists behind are checked against. */
  draft(draft: SetupDraft, items: readonly Item[], gone: readonly string[]): void;
  /** What is wrong with the items as a whole; `path` is that of the item in the file. */
  check(item: Item, stored: Item | undefined, draft: SetupDraft, path: string): ApplyIssue[];
  /** Why an object cannot be removed. */
  checkRemoval?(transaction: StoreTransaction, names: readonly string[]): Promise<ApplyIssue[]>;
  write(transaction: StoreTransaction, item: Item, stored: Item | undefined): Promise<void>;
  remove(transaction: StoreTransaction, name: string): Promise<void>;
}
