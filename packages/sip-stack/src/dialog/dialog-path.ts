import type { RequestContent, RequestPath } from '../stack/outgoing-options.ts';
import { CONTACT_METHODS, type RequestOrder } from '../stack/request-order.ts';
import { keep } from '../wire/keep.ts';
import type { SipRequest } from '../wire/sip-request.ts';
import type { SipResponse } from '../wire/sip-response.ts';
import type { DialogSeed } from './dialog-seed.ts';
import { RouteSet } from './route-set.ts';
import { contactTarget } from './target-refresh.ts';

/** Max-Forwards where the user does not say (RFC 3261 §8.1.1.6). */
const MAX_FORWARDS = 70;

/** Where requests within a dialog go, and what they all carry (RFC 3261 §12.2.1.1). */
export class DialogPath {
  readonly #seed: DialogSeed;
  #remoteTarget: string;
  #routeSet: RouteSet;

  constructor(seed: DialogSeed) {
    this.#seed = seed;
    this.#remoteTarget = seed.remoteTarget;
    this.#routeSet = seed.routeSet;
  }

  get remoteTarget(): string {
    return this.#remoteTarget;
  }

  get routes(): readonly string[] {
    return this.#routeSet.routes;
  }

  /** Takes the route set of the first 2xx, which may differ from that of a 1xx (§13.2.2.4). */
  readRoutes(answer: SipResponse): void {
    this.#routeSet = RouteSet.fromRecordRoute(answer.list('Record-Route'), true);
  }

  /** Takes the peer's new Contact (§12.2.1.2, §12.2.2). */
  refreshTarget(message: SipRequest | SipResponse): void {
    const target = contactTarget(message);
    if (target !== undefined && target !== this.#remoteTarget) this.#remoteTarget = keep(target);
  }

  /** A request, complete but for its flow. */
  makeOrder(
    method: string,
    sequence: number,
    content: RequestContent,
    isFlowBound: boolean,
  ): RequestOrder {
    const { callId, localTag, local, remote, contact } = this.#seed;
    const { uri, routes } = this.#routeSet.apply(this.#remoteTarget);
    const remoteTag = this.#seed.remoteTag === '' ? '' : `;tag=${this.#seed.remoteTag}`;
    return {
      method,
      uri,
      routes,
      from: `${local};tag=${localTag}`,
      to: remote + remoteTag,
      callId,
      localTag,
      sequence,
      maxForwards: content.maxForwards ?? MAX_FORWARDS,
      contact: content.contact ?? (CONTACT_METHODS.has(method) ? contact : undefined),
      headers: content.headers,
      body: content.body,
      isWithinDialog: true,
      path: this.#requestPath(isFlowBound),
      nextHopUri: this.#routeSet.firstUri ?? this.#remoteTarget,
    };
  }

  #requestPath(isFlowBound: boolean): RequestPath {
    const { flow } = this.#seed;
    return isFlowBound ? { flow } : { listener: flow.listener.name, connection: flow };
  }
}
