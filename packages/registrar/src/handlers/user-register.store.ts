import type { AnswerOf, Scope } from '@tandem/engine';
import { priorities, refuse, type RegisterParams } from '@tandem/messages';
import type { Store } from '@tandem/store';
import { listContacts, writeBindings } from '../bindings.ts';
import { unlessAway } from '../unless-away.ts';

/** user.register: writes all contacts or none, and lists what the user has then. */
export function handleRegister(scope: Scope, store: Store, contactsMax: number): void {
  scope.handle('user.register', { priority: priorities.registrar }, ({ params, time }) => {
    const ageMs = Math.max(0, scope.clock.now() - time);
    return unlessAway(register(store, params, ageMs, contactsMax));
  });
}

async function register(
  store: Store,
  params: RegisterParams,
  ageMs: number,
  contactsMax: number,
): Promise<AnswerOf<'user.register'>> {
  const isQuery = params.contacts.length === 0 && !params.isWipe;
  if (!isQuery) {
    const outcome = await writeBindings(store, params, ageMs, contactsMax);
    if (outcome === 'unknown') return refuse('forbidden', `no user ${params.username}`);
    if (outcome === 'toomany') return refuse('forbidden', `more than ${contactsMax} contacts`);
    // An older request than the one that stands changes nothing (RFC 3261 §10.3, step 7).
    if (outcome === 'outdated') return refuse('failure', 'a newer REGISTER was here before');
  }
  return { contacts: await listContacts(store, params.username) };
}
