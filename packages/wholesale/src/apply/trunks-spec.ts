import type { ApplyIssue } from '@tandem/messages';
import type { StoreTransaction } from '@tandem/store';
import type { TrunkRow } from '../setup/setup-rows.ts';
import { danglingIssue } from './dangling.ts';
import type { SectionSpec } from './section-spec.ts';
import { draftTrunk, type SetupDraft } from './setup-draft.ts';
import { trunkItem, type TrunkItem } from './trunk-item.ts';
import { removeRow, writeRow } from './write-row.ts';

/** The list `trunks`. Whose an inbound one is, the tenant says. */
export const trunksSpec: SectionSpec<TrunkItem> = {
  name: 'trunks',
  order: 20,
  item: trunkItem,
  read: readTrunks,
  // A password that is not given stays as it is.
  settle: (trunk, stored) =>
    trunk.password === undefined && stored?.password !== undefined && trunk.username !== null
      ? { ...trunk, password: stored.password }
      : trunk,
  show: ({ password, ...trunk }) =>
    password === undefined ? trunk : { ...trunk, password: 'set' },
  showChange(before, after) {
    const shown = { before: changed(before, after), after: changed(after, before) };
    if (before.password === after.password) return shown;
    return {
      before: { ...shown.before, password: 'as it is' },
      after: { ...shown.after, password: 'a new one' },
    };
  },
  draft(draft, items, gone) {
    for (const name of gone) draft.trunks.delete(name);
    for (const { name, direction, deck } of items) {
      draft.trunks.set(name, draftTrunk(direction, deck));
    }
  },
  check: checkTrunk,
  async write(transaction, trunk) {
    await writeRow(transaction, 'trunks', ['name'], await rowOf(transaction, trunk));
  },
  remove: async (transaction, name) => await removeRow(transaction, 'trunks', name),
};

/** Fields of the first that differ from those of the second. */
function changed(one: TrunkItem, other: TrunkItem): Record<string, unknown> {
  const fields = other as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(one).filter(
      ([key, value]) => key !== 'password' && JSON.stringify(value) !== JSON.stringify(fields[key]),
    ),
  );
}

function checkTrunk(
  { deck }: TrunkItem,
  _: TrunkItem | undefined,
  draft: SetupDraft,
  path: string,
): ApplyIssue[] {
  if (deck === null) return [];
  const found = draft.decks.get(deck);
  if (found === undefined) return [danglingIssue(`${path}.deck`, 'deck', deck, draft.decks.keys())];
  if (found.kind === 'buy') return [];
  const message = `deck "${deck}" is what a tenant pays, a carrier needs a buy deck`;
  return [{ path: `${path}.deck`, message }];
}

type StoredTrunk = Omit<TrunkRow, 'id' | 'tenant_id' | 'deck_id'> & {
  readonly deck: string | null;
};

async function readTrunks(transaction: StoreTransaction): Promise<ReadonlyMap<string, TrunkItem>> {
  const rows = await transaction.query<StoredTrunk>(
    `select t.*, d.name as deck from trunks t left join rate_decks d on d.id = t.deck_id
      order by t.name for update of t`,
  );
  return new Map(rows.map((row) => [row.name, itemOf(row)]));
}

function itemOf(row: StoredTrunk): TrunkItem {
  return {
    name: row.name,
    direction: row.direction,
    sources: [...row.sources],
    calledPrefix: row.called_prefix,
    callerPrefix: row.caller_prefix,
    maxCalls: row.max_calls,
    maxCallsPerSecond: row.max_calls_per_second,
    address: row.address,
    deck: row.deck,
    techPrefix: row.tech_prefix,
    breaker: {
      failures: row.breaker_failures,
      openSeconds: row.breaker_open_seconds,
      probes: row.breaker_probes,
      codes: [...row.breaker_codes],
    },
    username: row.username,
    ...(row.password === null ? undefined : { password: row.password }),
    register: row.register,
    redirect: row.redirect,
    noReplyMs: row.no_reply_ms,
    outboundProxy: row.outbound_proxy,
    numberIn: row.number_in,
    numberOut: row.number_out,
    trusted: row.trusted,
    listener: row.listener,
    allowedHeaders: [...row.allowed_headers],
    probeSeconds: row.probe_seconds,
    identity: row.identity,
    fromDomain: row.from_domain,
    isActive: row.is_active,
  };
}

async function rowOf(
  transaction: StoreTransaction,
  trunk: TrunkItem,
): Promise<Readonly<Record<string, unknown>>> {
  const [deck] = await transaction.query<{ id: bigint }>(
    'select id from rate_decks where name = $1',
    [trunk.deck],
  );
  return {
    name: trunk.name,
    direction: trunk.direction,
    sources: trunk.sources,
    called_prefix: trunk.calledPrefix,
    caller_prefix: trunk.callerPrefix,
    max_calls: trunk.maxCalls,
    max_calls_per_second: trunk.maxCallsPerSecond,
    address: trunk.address,
    deck_id: deck?.id ?? null,
    tech_prefix: trunk.techPrefix,
    breaker_failures: trunk.breaker.failures,
    breaker_open_seconds: trunk.breaker.openSeconds,
    breaker_probes: trunk.breaker.probes,
    breaker_codes: trunk.breaker.codes,
    username: trunk.username,
    password: trunk.password ?? null,
    register: trunk.register,
    redirect: trunk.redirect,
    no_reply_ms: trunk.noReplyMs,
    outbound_proxy: trunk.outboundProxy,
    number_in: trunk.numberIn,
    number_out: trunk.numberOut,
    trusted: trunk.trusted,
    listener: trunk.listener,
    allowed_headers: trunk.allowedHeaders,
    probe_seconds: trunk.probeSeconds,
    identity: trunk.identity,
    from_domain: trunk.fromDomain,
    is_active: trunk.isActive,
  };
}
