import type { Extra, MaybePromise } from '@tandem/engine';
import { type CallBlock, type FailedEvent, isRefusal, type Route } from '@tandem/messages';
import type { Branch } from './branch.ts';
import type { CallContext } from './call-context.ts';
import { goOn } from './go-on.ts';
import { REDIRECT_CONTACTS_MAX } from './limits.ts';

/** Where a redirected call goes on. */
export interface Redirected {
  readonly route: Route;
  /** The contact that led there, as its carrier wrote it. */
  readonly contact: string;
}

const SIP_USER = /^sips?:([^@;?>]+)(?:;[^@]*)?@/i;
const TEL = /^tel:([^;?>]+)/i;

/**
 * Follows a carrier that sends a call elsewhere (3xx), where its trunk says `redirect = route`: each
 * contact, the preferred one first, becomes a question of where that number goes. It is never
 * dialled as it stands, and a call that was redirected once is not redirected again.
 */
export class Redirection {
  readonly #context: CallContext;
  #hasFollowed = false;

  constructor(context: CallContext) {
    this.#context = context;
  }

  /** Where the call goes on after a 3xx; undefined: nowhere else. */
  follow(
    { params: { called, trunk, driverOptions } }: Branch,
    { contacts = [] }: FailedEvent,
    block: CallBlock,
    extra: readonly Extra[],
  ): MaybePromise<Redirected | undefined> {
    if (driverOptions?.['redirect'] !== 'route') return undefined;
    if (this.#hasFollowed || contacts.length === 0) return undefined;
    this.#hasFollowed = true;
    this.#context.facts.redirect = { from: called, ...(trunk !== undefined && { trunk }) };
    return this.#ask(contacts.slice(0, REDIRECT_CONTACTS_MAX), block, extra);
  }

  #ask(
    [contact, ...others]: readonly string[],
    block: CallBlock,
    extra: readonly Extra[],
  ): MaybePromise<Redirected | undefined> {
    if (contact === undefined) return undefined;
    const called = numberOf(contact);
    const answer = called === undefined ? undefined : this.#routeOf({ ...block, called }, extra);
    return goOn(answer, (route) =>
      route === undefined ? this.#ask(others, block, extra) : { route, contact },
    );
  }

  #routeOf(block: CallBlock, extra: readonly Extra[]): MaybePromise<Route | undefined> {
    const context = this.#context;
    const read = (answer: unknown): Route | undefined =>
      answer === undefined || isRefusal(answer) || !isRoute(answer) ? undefined : answer;
    try {
      const answer = context.ask(context.question('call.route', block, extra, undefined));
      return answer instanceof Promise ? answer.then(read, () => undefined) : read(answer);
    } catch {
      // The bus has logged who failed and why; the redirection leads nowhere.
      return undefined;
    }
  }
}

function isRoute(answer: unknown): answer is Route {
  const { groups } = answer as Partial<Route>;
  return Array.isArray(groups) && groups.some((group) => Array.isArray(group) && group.length > 0);
}

/** The number in a contact, without the parameters in its user part. */
function numberOf(contact: string): string | undefined {
  const [, user] = SIP_USER.exec(contact) ?? TEL.exec(contact) ?? [];
  if (user === undefined) return undefined;
  try {
    return decodeURIComponent(user);
  } catch {
    return undefined;
  }
}
