import type { Target } from '../transport/target.ts';
import { keep } from '../wire/keep.ts';
import { literalTarget } from './literal-target.ts';

/** Targets remembered; all are forgotten when there are more. */
const KNOWN_MAX = 4_096;

/**
 * Targets of the URIs read last, by their text: a dialog asks for its own with each request, and
 * carriers' are the same in all calls.
 */
export class LiteralTargets {
  readonly #known = new Map<string, Target>();

  /** As {@link literalTarget}. */
  find(uri: string): Target | undefined {
    const known = this.#known.get(uri);
    if (known !== undefined) return known;
    const target = literalTarget(uri);
    if (target === undefined) return undefined;
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    // Parts of a message hold all of it: what stays here is copied.
    const kept = { ...target, address: keep(target.address) };
    this.#known.set(keep(uri), kept);
    return kept;
  }
}
