import type { Scope } from '@tandem/engine';
import { priorities } from '@tandem/messages';
import type { CatalogueSource } from '../decks/catalogue.ts';
import type { DigestTrunks } from '../caller/digest-trunks.ts';
import { hostOf } from '../caller/host-of.ts';

/**
 * user.auth: vouches for the address of an inbound trunk, which needs no password; and knows the
 * password of one that has a user name.
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
    const { username, address, realm } = params;
    const setup = source.current?.setup;
    if (setup === undefined) return undefined;
    if (username !== '') return digestTrunks.credentialsOf(setup.digestTrunk(username), realm);
    const known = setup.trunksFrom(hostOf(address)).filter(({ value }) => value.username === '');
    if (known.length === 0) return undefined;
    // Where several trunks share an address, the one that is not trusted may be the one that calls.
    const isTrusted = known.every(({ value }) => value.driverOptions['trusted'] === true);
    const vouched = { username: '', realm, ha1Md5: '', ha1Sha256: '' };
    return isTrusted ? { ...vouched, isTrusted } : vouched;
  });
}
