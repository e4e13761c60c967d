import type { FeatureMigrations } from '@tandem/store';
import { decks } from './001-decks.ts';
import { profiles } from './002-profiles.ts';
import { tenants } from './003-tenants.ts';
import { trunks } from './004-trunks.ts';
import { versions } from './005-versions.ts';
import { audit } from './006-audit.ts';
import { deckVersions } from './007-deck-versions.ts';
import { trunkLines } from './008-trunk-lines.ts';
import { catalogueNodes } from './009-catalogue-nodes.ts';
import { fromDomain } from './010-from-domain.ts';
import { profileVersions } from './011-profile-versions.ts';
import { raisedOnce } from './012-raised-once.ts';

/** The tables of wholesale, step by step. The ledger's come after them. */
export const wholesaleMigrations: FeatureMigrations = {
  feature: 'wholesale',
  migrations: [
    decks,
    profiles,
    tenants,
    trunks,
    versions,
    audit,
    deckVersions,
    trunkLines,
    catalogueNodes,
    fromDomain,
    profileVersions,
    raisedOnce,
  ],
};
