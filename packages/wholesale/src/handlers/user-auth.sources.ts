import type { Scope } from '@tandem/engine';
import { priorities, type UserCredentials } from '@tandem/messages';
import type { CatalogueSource } from '../decks/catalogue.ts';
import type { DigestTrunks } from '../caller/digest-trunks.ts';
import { hostOf } from '../caller/host-of.ts';
import type { Trunk } from '../setup/trunk.ts';

/**
 * user.auth: vouches for the address of an inbound trunk, which needs no password, and for the
 * registration that a call came by; and knows the password of one that has a user name.
 */
export function handleSources(
  scope: Scope,
  source: CatalogueSource,
  digestTrunks: DigestTrunks,
): void {
  const options = {
    priority: priorities.registrar,
    as: 'wholesale.sources',
    where: { protocol: 'sip' },
  };
  scope.handle('user.auth', options, ({ params }) => {
    const { username, address, realm, trunk } = params;
    const setup = source.current?.setup;
    if (setup === undefined) return undefined;
    if (username !== '') return digestTrunks.credentialsOf(setup.digestTrunk(username), realm);
    if (trunk !== undefined) {
      const registered = setup.trunk(trunk);
      const isKnown = registered?.isInbound === true && registered.isActive;
      return isKnown ? vouchFor([registered], realm) : undefined;
    }
    const known = setup
      .trunksFrom(hostOf(address))
      .map(({ value }) => value)
      .filter(({ username: name, isRegistered }) => name === '' || isRegistered);
    if (known.length > 0) return vouchFor(known, realm);
    // A carrier that calls go out to may ask whether this node is there, and nothing else.
    const isAsking = params.method === 'OPTIONS' && setup.isCarrier(hostOf(address));
    return isAsking ? vouchFor([], realm) : undefined;
  });
}

// Where several trunks share an address, the one that is not trusted may be the one that calls.
function vouchFor(trunks: readonly Trunk[], realm: string): UserCredentials {
  const isTrusted =
    trunks.length > 0 && trunks.every(({ driverOptions }) => driverOptions['trusted'] === true);
  const vouched = { username: '', realm, ha1Md5: '', ha1Sha256: '' };
  return isTrusted ? { ...vouched, isTrusted } : vouched;
}
