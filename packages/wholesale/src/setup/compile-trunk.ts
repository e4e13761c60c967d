import type { BranchParams } from '@tandem/messages';
import { type AddressRange, readRange } from './address-range.ts';
import { partyOf } from './limited-party.ts';
import type { TrunkRow } from './setup-rows.ts';
import type { Trunk } from './trunk.ts';

/** Makes a trunk ready for calls. @throws RangeError naming it, on a source that is no address */
export function compileTrunk(row: TrunkRow): Trunk {
  return {
    party: partyOf(row),
    name: row.name,
    isInbound: row.direction !== 'outbound',
    isOutbound: row.direction !== 'inbound',
    isActive: row.is_active,
    tenantId: row.tenant_id ?? undefined,
    sources: row.sources.map((source) => rangeOf(row.name, source)),
    calledPrefix: row.called_prefix,
    callerPrefix: row.caller_prefix,
    listener: row.listener ?? '',
    username: row.username ?? '',
    password: row.password ?? '',
    isRegistered: row.register,
    probeSeconds: row.probe_seconds ?? 0,
    numberIn: row.number_in ?? '',
    allowedHeaders: row.allowed_headers.map((name) => name.toLowerCase()),
    address: row.address ?? '',
    deckId: row.deck_id ?? undefined,
    techPrefix: row.tech_prefix,
    breaker: {
      failures: row.breaker_failures,
      openSeconds: row.breaker_open_seconds,
      probes: row.breaker_probes,
      codes: row.breaker_codes,
    },
    callto: calltoOf(row.address ?? ''),
    driverOptions: driverOptionsOf(row),
    branchParams: branchParamsOf(row),
  };
}

function rangeOf(trunk: string, source: string): AddressRange {
  const range = readRange(source);
  if (range === undefined) throw new RangeError(`trunk ${trunk}: ${source} is no address or range`);
  return range;
}

/** `sip:10.0.0.9:5060;transport=udp` becomes `sip/sip:` and `@10.0.0.9:5060;transport=udp`. */
function calltoOf(address: string): Trunk['callto'] {
  const scheme = /^sips?:/i.exec(address)?.[0] ?? '';
  const before = `sip/${scheme === '' ? 'sip:' : scheme}`;
  return { before, behind: `@${address.slice(scheme.length)}` };
}

function driverOptionsOf(row: TrunkRow): Trunk['driverOptions'] {
  return {
    trusted: row.trusted,
    redirect: row.redirect,
    ...(row.listener === null ? undefined : { listener: row.listener }),
    ...(row.number_out === null ? undefined : { numberOut: row.number_out }),
    ...(row.from_domain === null ? undefined : { fromDomain: row.from_domain }),
    ...(row.identity === 'pai' ? undefined : { identity: row.identity }),
    ...(row.allowed_headers.length === 0 ? undefined : { allowedHeaders: row.allowed_headers }),
  };
}

function branchParamsOf(row: TrunkRow): BranchParams | undefined {
  const { username, password, outbound_proxy, no_reply_ms } = row;
  const hasDigest = username !== null && password !== null;
  const params: BranchParams = {
    ...(hasDigest ? { authUsername: username, authPassword: password } : undefined),
    ...(outbound_proxy === null ? undefined : { outboundProxy: outbound_proxy }),
    ...(no_reply_ms === null ? undefined : { noReplyMs: no_reply_ms }),
  };
  return Object.keys(params).length === 0 ? undefined : params;
}
