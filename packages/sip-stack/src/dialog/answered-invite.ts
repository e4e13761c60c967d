import type { AckOptions } from '../stack/outgoing-request.ts';
import type { RequestOrder } from '../stack/request-order.ts';
import type { StackCore } from '../stack/stack-core.ts';
import type { Flow } from '../transport/flow.ts';
import type { SipResponse } from '../wire/sip-response.ts';
import { Acknowledgement } from './acknowledgement.ts';
import { ForkLosers } from './fork-losers.ts';
import type { LiveDialog } from './live-dialog.ts';

/** What follows the first 2xx to an INVITE of ours: its ACK, its repeats, and forks that came too late. */
export class AnsweredInvite {
  readonly #core: StackCore;
  /** To-tag of the first 2xx. */
  readonly remoteTag: string;
  #dialog: LiveDialog | undefined;
  #acknowledgement: Acknowledgement | undefined;
  #losers: ForkLosers | undefined;

  constructor(
    core: StackCore,
    dialog: LiveDialog,
    /** CSeq number of the INVITE. */
    readonly sequence: number,
  ) {
    this.#core = core;
    this.#dialog = dialog;
    this.remoteTag = dialog.remoteTag;
  }

  /** The dialog of the first 2xx, while its ACK is owed. */
  get dialog(): LiveDialog | undefined {
    return this.#dialog;
  }

  /** Sends the ACK; false when it was sent before. */
  ack(options: AckOptions): boolean {
    const dialog = this.#dialog;
    if (dialog === undefined) return false;
    const order = dialog.makeOrder('ACK', this.sequence, options);
    this.#acknowledgement = new Acknowledgement(this.#core, order);
    return true;
  }

  /** The ACK was sent: what is still heard needs no dialog. */
  leaveDialog(): void {
    this.#dialog = undefined;
  }

  /** The 2xx came again. */
  hearAgain(): void {
    this.#acknowledgement?.sendAgain();
  }

  /** A 2xx of another fork: acknowledged and ended. */
  hearLoser(response: SipResponse, tag: string, order: RequestOrder, flow: Flow): void {
    this.#losers ??= new ForkLosers(this.#core, order, flow);
    this.#losers.hear(response, tag);
  }
}
