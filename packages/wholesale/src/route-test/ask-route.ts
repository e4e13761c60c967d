import { type CallFacts, type Scope, Trail } from '@tandem/engine';
import type { CallBlock, Refusal, Route } from '@tandem/messages';
import type { RouteTestFact } from '../routing/route-test-fact.ts';

/** A call as somebody imagines it. */
export interface RouteQuestion {
  readonly host: string;
  readonly user: string;
  readonly called: string;
  readonly caller: string;
  readonly listener: string;
  /** Epoch ms. */
  readonly at: number;
}

/** What the pipeline made of it. */
export interface AskedRoute {
  readonly question: RouteQuestion;
  readonly answer: Route | Refusal | undefined;
  readonly facts: CallFacts;
  readonly trail: Trail;
}

/**
 * Asks call.route as a live call does, through every handler that is installed; nothing is
 * counted and no turn of a caller pool is used up. @throws TandemError when a handler failed
 */
export async function askRoute(scope: Scope, question: RouteQuestion): Promise<AskedRoute> {
  const { host, user, called, caller, listener, at } = question;
  const routeTest: RouteTestFact = { at };
  const facts: CallFacts = { routeTest };
  const trail = new Trail();
  const block: CallBlock = {
    id: 'route-test',
    module: 'sip',
    billid: 'route-test',
    caller,
    callername: '',
    called,
    username: user,
    domain: '',
    address: host.includes(':') ? `[${host}]:5060` : `${host}:5060`,
    ip_host: host,
    listener,
    isPeer: false,
    hops: 0,
  };
  const answer = await scope.bus.ask('call.route', block, { facts, trail });
  return { question, answer, facts, trail };
}
