import type { RequestOrder } from '../stack/request-order.ts';
import type { StackCore } from '../stack/stack-core.ts';
import type { Flow } from '../transport/flow.ts';
import type { SipResponse } from '../wire/sip-response.ts';
import { Acknowledgement } from './acknowledgement.ts';
import { seedFromAnswer } from './dialog-seed.ts';
import { LiveDialog } from './live-dialog.ts';

/** Forks that may answer after the winner; more are not acknowledged: no proxy forks that far. */
const FORK_LOSERS_MAX = 16;

/**
 * The branches of a fork that answered after another had won (RFC 3261 §13.2.2.4): each is
 * acknowledged, ended with BYE, and acknowledged again as often as its 2xx comes.
 */
export class ForkLosers {
  readonly #core: StackCore;
  readonly #order: RequestOrder;
  readonly #flow: Flow;
  readonly #byTag = new Map<string, Acknowledgement>();

  constructor(core: StackCore, order: RequestOrder, flow: Flow) {
    this.#core = core;
    this.#order = order;
    this.#flow = flow;
  }

  /** A 2xx whose To-tag is not the winner's. */
  hear(response: SipResponse, tag: string): void {
    const known = this.#byTag.get(tag);
    if (known !== undefined) known.sendAgain();
    else if (this.#byTag.size < FORK_LOSERS_MAX) this.#byTag.set(tag, this.#end(response));
  }

  #end(response: SipResponse): Acknowledgement {
    const dialog = new LiveDialog(this.#core, seedFromAnswer(this.#order, this.#flow, response));
    dialog.confirm();
    const order = dialog.makeOrder('ACK', this.#order.sequence, {});
    const acknowledgement = new Acknowledgement(this.#core, order);
    dialog.sendBye({ headers: [['Reason', 'SIP;cause=200;text="Call completed elsewhere"']] });
    return acknowledgement;
  }
}
