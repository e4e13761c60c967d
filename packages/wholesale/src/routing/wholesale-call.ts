import type {
  CarrierTerms,
  FrozenTerms,
  LimitedParty,
  RouteCandidate,
  WholesaleFacts,
} from '@tandem/messages';

/** What is known of a call once it is known whose it is. */
export type Identity = Pick<
  WholesaleFacts,
  'tenant' | 'inboundTrunk' | 'callerIn' | 'calledIn' | 'caller' | 'called'
>;

/**
 * The facts of a call as wholesale writes them: the tenant first, then the sell terms, then the
 * carriers. One object of one shape for all three, for it is made with every call.
 */
export class WholesaleCall implements WholesaleFacts {
  readonly tenant: LimitedParty & { readonly currency: string };
  readonly inboundTrunk: LimitedParty | undefined;
  readonly callerIn: string;
  readonly calledIn: string;
  readonly caller: string;
  readonly called: string;
  sell: FrozenTerms | undefined = undefined;
  profile: { readonly name: string; readonly version: number } | undefined = undefined;
  buy: ReadonlyMap<string, CarrierTerms> | undefined = undefined;
  candidates: readonly RouteCandidate[] | undefined = undefined;

  constructor(identity: Identity) {
    this.tenant = identity.tenant;
    this.inboundTrunk = identity.inboundTrunk;
    this.callerIn = identity.callerIn;
    this.calledIn = identity.calledIn;
    this.caller = identity.caller;
    this.called = identity.called;
  }
}
