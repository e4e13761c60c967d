import type { StoreTransaction } from '@tandem/store';

/** What of a deck others depend on. */
export interface DraftDeck {
  readonly kind: 'sell' | 'buy';
  readonly currency: string;
}

/** What of a trunk others depend on. */
export interface DraftTrunk {
  readonly isInbound: boolean;
  readonly isOutbound: boolean;
  readonly deck: string | undefined;
}

/** What belongs to one tenant and to no other. */
export interface DraftTenant {
  readonly trunks: readonly string[];
  readonly users: readonly string[];
}

/**
 * The set-up as it will be once the whole file is applied, as far as the lists read so far say:
 * what is stored, and over it what the file changes.
 */
export class SetupDraft {
  readonly decks = new Map<string, DraftDeck>();
  readonly trunks = new Map<string, DraftTrunk>();
  /** Trunks that a profile's routes name. */
  readonly profiles = new Map<string, readonly string[]>();
  readonly tenants = new Map<string, DraftTenant>();
  /** By list, what pruning takes away at the end. */
  readonly gone = new Map<string, readonly string[]>();
  /** By list and name, such as `trunks carrier-1`: where in the file the object stands. */
  readonly places = new Map<string, string>();
  /** Whether the whole was looked at: once for a file, not once for a list. */
  isWholeChecked = false;

  /** Reads what is stored. */
  static async read(transaction: StoreTransaction): Promise<SetupDraft> {
    const draft = new SetupDraft();
    for (const { name, kind, currency } of await transaction.query<DraftDeck & { name: string }>(
      'select name, kind, currency from rate_decks',
    )) {
      draft.decks.set(name, { kind, currency });
    }
    const trunks = await transaction.query<{
      name: string;
      direction: string;
      deck: string | null;
    }>(
      `select t.name, t.direction, d.name as deck
        from trunks t left join rate_decks d on d.id = t.deck_id`,
    );
    for (const { name, direction, deck } of trunks) {
      draft.trunks.set(name, draftTrunk(direction, deck));
    }
    const profiles = await transaction.query<{ name: string; trunks: string[] }>(
      `select p.name, array(select distinct t.name from routes r join trunks t on t.id = r.trunk_id
        where r.profile_id = p.id) as trunks from profiles p`,
    );
    for (const { name, trunks: named } of profiles) draft.profiles.set(name, named);
    const tenants = await transaction.query<DraftTenant & { name: string }>(
      `select name, array(select name from trunks k where k.tenant_id = t.id) as trunks,
        array(select username from tenant_users u where u.tenant_id = t.id) as users
        from tenants t`,
    );
    for (const { name, ...own } of tenants) draft.tenants.set(name, own);
    return draft;
  }

  /** Currencies that calls of a profile may cost, each with a trunk that bills in it. */
  currenciesOf(profile: string): ReadonlyMap<string, string> {
    const currencies = new Map<string, string>();
    for (const trunk of this.profiles.get(profile) ?? []) {
      const deck = this.decks.get(this.trunks.get(trunk)?.deck ?? '');
      if (deck !== undefined) currencies.set(deck.currency, trunk);
    }
    return currencies;
  }
}

/** A trunk as others depend on it. */
export function draftTrunk(direction: string, deck: string | null): DraftTrunk {
  return {
    isInbound: direction !== 'outbound',
    isOutbound: direction !== 'inbound',
    deck: deck ?? undefined,
  };
}
