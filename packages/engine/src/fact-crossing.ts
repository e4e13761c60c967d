import type { CallFacts } from './message-map.ts';

/**
 * Which facts of a call may go to another node, and are believed from one. A fact that nobody
 * declared stays on its node. Each rule belongs to whoever declared it last: at a reload the new
 * set-up declares before the old one is disposed of, and must not lose by that.
 */
export class FactCrossing {
  readonly #ownerOf = new Map<string, object>();

  /** Says of a fact whether it crosses. */
  declare(key: keyof CallFacts, rule: { readonly crosses: boolean }, owner: object): void {
    if (rule.crosses) this.#ownerOf.set(key, owner);
    else this.#ownerOf.delete(key);
  }

  /** Takes back a rule, unless somebody else has declared it since. */
  withdraw(key: keyof CallFacts, owner: object): void {
    if (this.#ownerOf.get(key) === owner) this.#ownerOf.delete(key);
  }

  /** Those of `facts` that cross. */
  pick(facts: CallFacts | undefined): CallFacts {
    const own = (facts ?? {}) as Readonly<Record<string, unknown>>;
    const picked: Record<string, unknown> = {};
    for (const key of this.#ownerOf.keys()) {
      if (Object.hasOwn(own, key) && own[key] !== undefined) picked[key] = own[key];
    }
    return picked;
  }
}
