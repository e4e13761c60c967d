import { RouteSet } from '../dialog/route-set.ts';
import { contactUri, type Listener } from '../transport/listener.ts';
import type { Flow } from '../transport/flow.ts';
import type { StackCore } from './stack-core.ts';
import type { OutgoingRequestOptions, RequestPath } from './outgoing-options.ts';
import { isSips } from '../wire/is-sips.ts';
import { requestText, type RequestParts } from './request-text.ts';

/** A request as it was ordered: complete but for the flow, and with it Via and Contact. */
export interface RequestOrder extends RequestParts {
  readonly localTag: string;
  readonly path: RequestPath | undefined;
  /** Whether it belongs to a call that runs: then no bound keeps it back. */
  readonly isWithinDialog: boolean;
  /** URI of the next hop where `path` does not say: topmost Route or Request-URI. */
  readonly nextHopUri: string;
}

/** Max-Forwards where the user does not say (RFC 3261 §8.1.1.6). */
const MAX_FORWARDS = 70;

/** Requests that must or may carry a Contact; REGISTER carries what its user says. */
export const CONTACT_METHODS: ReadonlySet<string> = new Set([
  'INVITE',
  'NOTIFY',
  'REFER',
  'SUBSCRIBE',
  'UPDATE',
]);

/** Orders a request outside of dialogs. */
export function orderOutside(
  method: string,
  options: Omit<OutgoingRequestOptions, 'method'>,
  core: StackCore,
): RequestOrder {
  const localTag = options.localTag ?? core.ids.makeTag();
  const routeSet = new RouteSet(options.routes ?? []);
  const { uri, routes } = routeSet.apply(options.uri);
  return {
    method,
    uri,
    routes,
    from: `${options.from};tag=${localTag}`,
    to: options.to,
    callId: options.callId ?? core.ids.makeCallId(),
    localTag,
    sequence: options.sequence ?? 1,
    maxForwards: options.maxForwards ?? MAX_FORWARDS,
    contact: options.contact,
    headers: options.headers,
    body: options.body,
    path: options.path,
    isWithinDialog: false,
    nextHopUri: routeSet.firstUri ?? options.uri,
  };
}

/** The message as it leaves on `flow` under `branch`. */
export function orderText(
  order: RequestOrder,
  flow: Flow,
  branch: string,
  product: string,
): string {
  const contact =
    statedContact(order, flow.listener) ??
    (CONTACT_METHODS.has(order.method)
      ? `<${contactUri(flow.listener, order.localTag, isOfSips(order))}>`
      : undefined);
  return requestText(order, flow.listener.viaStem + branch, contact, product);
}

/** The CANCEL of an INVITE, under the INVITE's own branch (RFC 3261 §9.1). */
export function cancelText(
  order: RequestOrder,
  headers: RequestParts['headers'],
  via: string,
): string {
  const maxForwards = MAX_FORWARDS;
  return requestText({ ...order, method: 'CANCEL', maxForwards, headers, body: undefined }, via);
}

/** The ACK to a refusal, by the transaction (RFC 3261 §17.1.1.3); `to` as in the refusal. */
export function refusalAckText(order: RequestOrder, to: string, via: string): string {
  const part = { method: 'ACK', to, maxForwards: MAX_FORWARDS, headers: undefined };
  return requestText({ ...order, ...part, body: undefined }, via);
}

/** Whether Request-URI or top Route are of sips, which our Contact must be then, too (§8.1.1.8). */
export function isOfSips({ uri, routes }: Pick<RequestOrder, 'uri' | 'routes'>): boolean {
  return isSips(uri) || (routes[0] !== undefined && isSips(routes[0]));
}

/** The Contact that the user of a request gave, for the listener it leaves by; undefined: none. */
export function statedContact(
  { contact }: Pick<RequestOrder, 'contact'>,
  listener: Listener,
): string | undefined {
  return typeof contact === 'function' ? contact(listener) : contact;
}
