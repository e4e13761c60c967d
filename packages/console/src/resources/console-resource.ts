import type { ApiResource } from '@tandem/messages';

/** A resource of the console's own, described as features describe theirs. */
export type ConsoleResource = ApiResource;
