import type { LiveDialog } from '../dialog/live-dialog.ts';
import { isTargetRefresh } from '../dialog/target-refresh.ts';
import { RequestServerTransaction } from '../transaction/request-server-transaction.ts';
import type { Flow } from '../transport/flow.ts';
import type { SipRequest } from '../wire/sip-request.ts';
import { AnswerText } from './answer-text.ts';
import type { IncomingRequest } from './incoming-request.ts';
import type { RespondOptions } from './respond-options.ts';
import type { StackCore } from './stack-core.ts';

/** Where a new transaction is filed and answered. */
export interface TransactionPlace {
  readonly key: string;
  /** '' within a dialog. */
  readonly mergeKey: string;
  readonly answerFlow: Flow;
}

/** A request other than INVITE and its transaction; see {@link IncomingRequest}. */
export class LiveIncomingRequest implements IncomingRequest {
  readonly #core: StackCore;
  readonly #transaction: RequestServerTransaction;
  readonly #dialog: LiveDialog | undefined;
  #answers: AnswerText | undefined;
  #toTag: string | undefined;
  #isAnswered = false;

  constructor(
    core: StackCore,
    readonly request: SipRequest,
    readonly flow: Flow,
    place: TransactionPlace,
    dialog: LiveDialog | undefined,
  ) {
    this.#core = core;
    this.#dialog = dialog;
    this.#transaction = new RequestServerTransaction(
      place.key,
      place.mergeKey,
      place.answerFlow,
      core.transactions,
      this,
    );
    core.transactions.addRequestServer(this.#transaction);
  }

  get method(): string {
    return this.request.method;
  }

  get dialog(): LiveDialog | undefined {
    return this.#dialog;
  }

  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  respond(status: number, options: RespondOptions = {}): void {
    const { counters } = this.#core;
    if (this.#isAnswered) {
      counters.countDropped('answered-twice');
      return;
    }
    // RFC 4320 §4.1: provisional answers are the transaction's alone, and only 100.
    if (status < 200 || status > 699) {
      counters.countDropped('provisional-to-request');
      return;
    }
    this.#isAnswered = true;
    // RFC 4320 §4.2: by now the peer has decided by itself that it took too long.
    if (status === 408) {
      this.#transaction.completeSilently();
      return;
    }
    const refreshed = status < 300 && isTargetRefresh(this.method) ? this.#dialog : undefined;
    refreshed?.refreshTarget(this.request);
    const { reason, headers, body } = options;
    const toTag = options.toTag ?? (this.#toTag ??= this.#core.ids.makeTag());
    const contact = refreshed?.contact;
    const text = this.#writer().write(status, { reason, headers, body, toTag, contact });
    counters.countResponseSent(status);
    this.#transaction.sendFinal(text);
  }

  /** @internal */
  makeTrying(): string {
    this.#core.counters.countResponseSent(100);
    return this.#writer().write(100, {});
  }

  #writer(): AnswerText {
    return (this.#answers ??= new AnswerText(this.request, this.#core.product));
  }
}
