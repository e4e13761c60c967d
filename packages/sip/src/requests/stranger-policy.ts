import type { SipSettings } from '../config.ts';

/** What happens to requests of a source that nobody knows. */
export type StrangerPolicy = 'challenge' | 'drop' | 'forbid';

/**
 * What the conf says of strangers; where it says nothing they are asked for a password while
 * there is anybody who could know one, and else get no answer at all.
 */
export function strangerPolicy(settings: SipSettings, hasUsers: boolean): StrangerPolicy {
  return settings.unknownSource ?? (hasUsers ? 'challenge' : 'drop');
}
