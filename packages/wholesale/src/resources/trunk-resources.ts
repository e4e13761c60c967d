import type { Scope } from '@tandem/engine';
import type { ApiResource } from '@tandem/messages';
import type { Store } from '@tandem/store';
import type { CarrierDesk } from '../carriers/carrier-desk.ts';
import { gatherReports, type TrunkReport } from '../trunks/trunk-reports.ts';
import { namedResources } from './named-resources.ts';

/**
 * GET /trunks and /trunks/{name}: settings without secrets, which node registered it, which nodes
 * its peer answers, and how the node that is asked sees the carrier.
 */
export function trunkResources(
  store: Store,
  desk: CarrierDesk,
  { clock, bus }: Pick<Scope, 'clock' | 'bus'>,
): readonly ApiResource[] {
  return namedResources(store, {
    list: 'trunks',
    one: 'trunk',
    alias: 't',
    sql: `select t.name, t.direction, n.name as tenant, t.sources, t.called_prefix as "calledPrefix",
      t.caller_prefix as "callerPrefix", t.max_calls as "maxCalls",
      t.max_calls_per_second as "maxCallsPerSecond", t.address, d.name as deck,
      d.currency as currency, t.balance, t.active, t.tech_prefix as "techPrefix",
      json_build_object('failures', t.breaker_failures, 'openSeconds', t.breaker_open_seconds,
        'probes', t.breaker_probes, 'codes', t.breaker_codes) as breaker,
      t.username, t.password is not null as "hasPassword", t.register, t.redirect,
      t.no_reply_ms as "noReplyMs", t.outbound_proxy as "outboundProxy",
      t.number_in as "numberIn", t.number_out as "numberOut", t.trusted, t.listener,
      t.allowed_headers as "allowedHeaders",
      t.probe_seconds as "probeSeconds", t.identity, t.from_domain as "fromDomain", t.is_active as "isActive"
      from trunks t left join rate_decks d on d.id = t.deck_id
        left join tenants n on n.id = t.tenant_id`,
    decorator: async () => {
      const reports = await gatherReports(bus);
      return (row) => {
        const name = String(row['name']);
        return { ...row, ...asSeen(row, name, reports), onNode: onThisNode(name) };
      };
    },
  });

  function onThisNode(name: string): Readonly<Record<string, unknown>> | null {
    const carrier = desk.carriers.get(name);
    if (carrier === undefined) return null;
    const nowMs = clock.monotonicMs();
    return {
      breaker: carrier.breaker.stateAt(nowMs),
      openMs: Math.round(carrier.breaker.openMs(nowMs)),
      calls: carrier.active,
      probe: carrier.probe.report,
      ...carrier.quality.counts(nowMs),
    };
  }
}

/** Whether its peer answers whom, and who registered it: as all nodes told that answered. */
function asSeen(
  row: Readonly<Record<string, unknown>>,
  name: string,
  reports: readonly TrunkReport[],
): Readonly<Record<string, unknown>> {
  const seenBy = Object.fromEntries(
    reports.flatMap(({ node, probes }) =>
      probes.filter(({ trunk }) => trunk === name).map(({ state }) => [node, state] as const),
    ),
  );
  return { seenBy, registration: row['register'] === true ? registrationOf(name, reports) : null };
}

function registrationOf(
  name: string,
  reports: readonly TrunkReport[],
): Readonly<Record<string, unknown>> {
  for (const { node, registrations } of reports) {
    const found = registrations.find(({ trunk }) => trunk === name);
    if (found === undefined) continue;
    const { trunk: _name, ...rest } = found;
    return { node, ...rest };
  }
  return { node: null, state: 'waiting' };
}
