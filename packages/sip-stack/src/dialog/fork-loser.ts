import type { RequestOrder } from '../stack/request-order.ts';
import type { StackCore } from '../stack/stack-core.ts';
import type { Flow } from '../transport/flow.ts';
import type { SipResponse } from '../wire/sip-response.ts';
import { Acknowledgement } from './acknowledgement.ts';
import { seedFromAnswer } from './dialog-seed.ts';
import { LiveDialog } from './live-dialog.ts';

/**
 * A branch of a fork that answered after another had won (RFC 3261 §13.2.2.4): acknowledged,
 * ended with BYE, and acknowledged again as often as its 2xx comes.
 */
export class ForkLoser {
  readonly #acknowledgement: Acknowledgement;

  constructor(core: StackCore, order: RequestOrder, flow: Flow, response: SipResponse) {
    const dialog = new LiveDialog(core, seedFromAnswer(order, flow, response));
    dialog.confirm();
    this.#acknowledgement = new Acknowledgement(core, dialog.makeOrder('ACK', order.sequence, {}));
    dialog.sendBye({
      headers: [['Reason', 'SIP;cause=200;text="Call completed elsewhere"']],
    });
  }

  /** Its 2xx came again. */
  acknowledgeAgain(): void {
    this.#acknowledgement.sendAgain();
  }
}
