import type { ApplyIssue } from '@tandem/messages';
import type { StoreTransaction } from '@tandem/store';
import type { SetupDraft } from './setup-draft.ts';

/** Issues of each kind that are told. */
const ISSUES_MAX = 100;

/**
 * What is wrong between objects once a file is written, whichever lists it has: a trunk of its own
 * list may spoil a profile that the file does not name. Looked at once for a file.
 */
export async function checkWhole(
  transaction: StoreTransaction,
  draft: SetupDraft,
): Promise<ApplyIssue[]> {
  if (draft.isWholeChecked) return [];
  draft.isWholeChecked = true;
  return [
    ...(await foreignCarriers(transaction, draft)),
    ...(await mixedProfiles(transaction, draft)),
    ...(await wrongDirections(transaction, draft)),
  ];
}

/** Where an object stands in the file; else its list. */
function placeOf(
  draft: SetupDraft,
  candidates: readonly [list: string, name: string, key: string][],
) {
  for (const [list, name, key] of candidates) {
    const place = draft.places.get(`${list} ${name}`);
    if (place !== undefined) return `${place}.${key}`;
  }
  return candidates[0]?.[0] ?? '';
}

async function foreignCarriers(
  transaction: StoreTransaction,
  draft: SetupDraft,
): Promise<ApplyIssue[]> {
  const rows = await transaction.query<{
    tenant: string;
    currency: string;
    profile: string;
    trunk: string;
    bought: string;
  }>(
    `select distinct t.name as tenant, t.currency, p.name as profile, k.name as trunk,
      d.currency as bought from tenants t join profiles p on p.id = t.profile_id
      join routes r on r.profile_id = p.id join trunks k on k.id = r.trunk_id
      join rate_decks d on d.id = k.deck_id where d.currency <> t.currency
      order by 1, 4 limit ${ISSUES_MAX}`,
  );
  return rows.map(({ tenant, currency, profile, trunk, bought }) => ({
    path: placeOf(draft, [
      ['trunks', trunk, 'deck'],
      ['profiles', profile, 'routes'],
      ['tenants', tenant, 'profile'],
    ]),
    message: `trunk "${trunk}" buys in ${bought}, and carries calls of tenant "${tenant}", who pays in ${currency}`,
    hint: `give it a deck in ${currency}, or take it out of profile "${profile}"`,
  }));
}

async function mixedProfiles(
  transaction: StoreTransaction,
  draft: SetupDraft,
): Promise<ApplyIssue[]> {
  const rows = await transaction.query<{ profile: string; carriers: string[] }>(
    `select p.name as profile, array_agg(distinct k.name || ' in ' || d.currency) as carriers
      from profiles p join routes r on r.profile_id = p.id join trunks k on k.id = r.trunk_id
      join rate_decks d on d.id = k.deck_id group by p.name
      having count(distinct d.currency) > 1 order by 1 limit ${ISSUES_MAX}`,
  );
  return rows.map(({ profile, carriers }) => ({
    path: placeOf(draft, [['profiles', profile, 'routes']]),
    message: `carriers of profile "${profile}" bill in different currencies: ${carriers.join(', ')}`,
    hint: 'make a profile for each currency',
  }));
}

async function wrongDirections(
  transaction: StoreTransaction,
  draft: SetupDraft,
): Promise<ApplyIssue[]> {
  const rows = await transaction.query<{ trunk: string; direction: string; what: string }>(
    `select distinct k.name as trunk, k.direction, 'profile ' || p.name as what from trunks k
        join routes r on r.trunk_id = k.id join profiles p on p.id = r.profile_id
        where k.direction = 'inbound'
      union select k.name, k.direction, 'tenant ' || t.name from trunks k
        join tenants t on t.id = k.tenant_id where k.direction = 'outbound'
      order by 1, 3 limit ${ISSUES_MAX}`,
  );
  return rows.map(({ trunk, direction, what }) => ({
    path: placeOf(draft, [['trunks', trunk, 'direction']]),
    message: `trunk "${trunk}" is ${direction}, and ${what} names it`,
    hint: 'make it bidirectional, or name another trunk there',
  }));
}
