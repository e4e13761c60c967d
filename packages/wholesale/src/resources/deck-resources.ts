import type { ApiAnswer, ApiRequest, ApiResource } from '@tandem/messages';
import type { Store } from '@tandem/store';
import type { LiveCatalogue } from '../decks/live-catalogue.ts';
import { errorAnswer } from './error-answer.ts';
import { namedResources } from './named-resources.ts';

/** Rates of one page. */
const RATES_MAX = 1_000;

/** GET /decks, /decks/{name}, /decks/{name}/rates: what is stored, and what this node goes by. */
export function deckResources(store: Store, catalogue: LiveCatalogue): readonly ApiResource[] {
  const named = namedResources(store, {
    list: 'decks',
    one: 'deck',
    alias: 'd',
    sql: `select d.name, d.kind, d.currency, d.rounding, d.version,
      (select count(*) from rates r where r.deck_id = d.id) as rates,
      (extract(epoch from d.updated_at) * 1000)::bigint as "updatedAt" from rate_decks d`,
    decorator: () => (row) => {
      const decks = [...(catalogue.current?.decks.values() ?? [])];
      const inForce = decks.find(({ header }) => header.name === row['name']);
      const broken = catalogue.broken.find(({ name }) => name === row['name']);
      return { ...row, versionInForce: inForce?.header.version ?? null, broken: broken ?? null };
    },
  });
  return [...named, ratesResource(store)];
}

function ratesResource(store: Store): ApiResource {
  return {
    method: 'GET',
    path: '/decks/{name}/rates',
    role: 'read',
    summary:
      'Lists rates of a deck; prefix: begin of the prefixes, after: the id behind which the list goes on.',
    async handle({ params, query }: ApiRequest): Promise<ApiAnswer> {
      const { prefix = '', after = '0' } = query;
      if (!/^[0-9*#]{0,24}$/.test(prefix)) {
        return errorAnswer(400, 'QUERY_INVALID', 'expected digits', { where: 'prefix' });
      }
      if (!/^\d{1,18}$/.test(after)) {
        return errorAnswer(400, 'QUERY_INVALID', 'expected an id', { where: 'after' });
      }
      const rows = await store.call<Record<string, unknown> & { id: bigint }>(
        `select r.id, r.prefix, r.caller_prefix as "callerPrefix", r.rate, r.first, r.next,
          r.connect_fee as "connectFee",
          (extract(epoch from r.effective_at) * 1000)::float8 as "effectiveAt",
          (extract(epoch from r.ends_at) * 1000)::float8 as "endsAt", r.is_blocked as "isBlocked"
          from rates r join rate_decks d on d.id = r.deck_id
          where d.name = $1 and r.id > $2 and starts_with(r.prefix, $3)
          order by r.id limit $4`,
        [params['name'], after, prefix, RATES_MAX + 1],
      );
      const page = rows.slice(0, RATES_MAX).map((row) => ({ ...row, id: String(row.id) }));
      const more = rows.length > RATES_MAX ? { nextCursor: page.at(-1)?.id } : {};
      return { status: 200, body: { rates: page, ...more } };
    },
  };
}
