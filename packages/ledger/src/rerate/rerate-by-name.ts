import type { MoneyCaller, Side } from '../books/money-caller.ts';
import { findDeck, findParty } from './rating-deck.ts';
import { reratePeriod, type Rerating } from './rerate-period.ts';
import type { RerateRequest } from './rerate-request.ts';

/** Which calls are priced anew, and by what, as people say it. Instants are epoch ms. */
export interface RerateQuestion {
  readonly side: Side;
  /** Name of the tenant, or of the carrier's trunk. */
  readonly party: string;
  /** `NAME`, or `NAME@VERSION`; without it the deck that the party has now. */
  readonly deck?: string | undefined;
  readonly fromAt: number;
  readonly toAt: number;
  readonly asOf?: number | undefined;
  /** Posts the corrections under this key; without it nothing is written. */
  readonly reference?: string | undefined;
}

/** Why nothing was done. */
export interface RerateProblem {
  readonly problem: string;
  /** It names what is not there: asked again it fails again. */
  readonly isWrongUse: boolean;
}

/** Prices the calls of a period anew, parties and decks by their names. @throws the store's fault */
export async function rerateByName(
  caller: MoneyCaller,
  question: RerateQuestion,
  actor: string,
): Promise<Rerating | RerateProblem> {
  const request = await findRequest(caller, question, actor);
  if (typeof request === 'string') return { problem: request, isWrongUse: true };
  const result = await reratePeriod(caller, request);
  return typeof result === 'string' ? { problem: result, isWrongUse: false } : result;
}

/** Finds what a question names. A text: what is not there. @throws the store's fault */
export async function findRequest(
  caller: MoneyCaller,
  { side, party: name, deck: named, reference, ...period }: RerateQuestion,
  actor: string,
): Promise<RerateRequest | string> {
  const party = await findParty(caller, side, name);
  if (party === undefined) return `there is no ${side === 'sale' ? 'tenant' : 'trunk'} ${name}`;
  const deck = await findDeck(caller, party, named);
  if (typeof deck === 'string') return deck;
  return { party, deck, ...period, ...(reference !== undefined && { post: { reference, actor } }) };
}
