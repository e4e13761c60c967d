import type { TransportUser } from '../transport/transport-user.ts';
import type { Flow } from '../transport/flow.ts';
import type { NoticeHandler } from '../transport/notice.ts';
import type { Tracer } from '../trace/tracer.ts';
import type { ParseLimits } from '../wire/parse-limits.ts';
import { parseMessage } from '../wire/parse-message.ts';
import { answerBinding } from '../wire/stun.ts';
import type { SipRequest } from '../wire/sip-request.ts';
import type { SipResponse } from '../wire/sip-response.ts';
import type { Screen } from './admission.ts';
import type { RequestReceiver } from './request-receiver.ts';
import type { SipStackUser } from './sip-stack.ts';
import type { StackCore } from './stack-core.ts';
import type { StatelessAnswers } from './stateless-answers.ts';

/** What the receiver works with. */
export interface MessageReceiverOptions {
  readonly core: StackCore;
  readonly answers: StatelessAnswers;
  readonly requests: RequestReceiver;
  readonly tracer: Tracer;
  readonly parseLimits: ParseLimits;
  readonly screen: Screen | undefined;
  readonly user: () => SipStackUser | undefined;
  readonly onNotice: NoticeHandler;
}

/** Where bytes come in: parsed here once, counted, and passed to the transactions. */
export class MessageReceiver implements TransportUser {
  readonly onNotice: NoticeHandler;
  readonly #options: MessageReceiverOptions;
  readonly #core: StackCore;

  constructor(options: MessageReceiverOptions) {
    this.#options = options;
    this.#core = options.core;
    this.onNotice = options.onNotice;
  }

  /** Never throws: whatever one message does to us, the next one is heard. */
  onBytes(bytes: Buffer, flow: Flow): void {
    try {
      this.#take(bytes, flow);
    } catch (cause) {
      this.#core.counters.countDropped('fault');
      const from = `${flow.remoteAddress}:${flow.remotePort}`;
      const message = `a message of ${bytes.length} bytes from ${from} could not be handled: ${String(cause)}`;
      this.onNotice({ kind: 'message-fault', message, cause });
    }
  }

  #take(bytes: Buffer, flow: Flow): void {
    const { counters, guard } = this.#core;
    if (guard.isBanned(flow.remoteAddress)) {
      counters.countDropped('banned');
      return;
    }
    if (!this.#isHeard(bytes.length, flow)) {
      counters.countDropped('screened');
      return;
    }
    const outcome = parseMessage(bytes, this.#options.parseLimits);
    const { tracer } = this.#options;
    if (tracer.isOn && outcome.kind !== 'keepAlive') {
      tracer.hear('in', bytes.toString('latin1'), flow);
    }
    switch (outcome.kind) {
      case 'message':
        if (outcome.message.kind === 'request') this.#receiveRequest(outcome.message, flow);
        else this.#receiveResponse(outcome.message, flow);
        return;
      case 'refused': {
        counters.countMalformed(String(outcome.status));
        if (!guard.charge(flow.remoteAddress)) return;
        const { partial, status, reason } = outcome;
        this.#options.answers.refusePartial(partial, flow, status, reason);
        return;
      }
      case 'dropped':
        counters.countMalformed(outcome.reason);
        guard.charge(flow.remoteAddress);
        return;
      case 'keepAlive':
        counters.keepAlives++;
        if (outcome.form === 'stun') answerStun(bytes, flow);
        return;
    }
  }

  onUnframeable(status: number, reason: string, head: Buffer | undefined, flow: Flow): void {
    const { counters, guard } = this.#core;
    counters.countMalformed(head === undefined ? 'not-sip' : String(status));
    if (guard.isBanned(flow.remoteAddress) || !guard.charge(flow.remoteAddress)) return;
    if (head === undefined || !this.#isHeard(head.length, flow)) return;
    const { answers, parseLimits } = this.#options;
    const outcome = parseMessage(head, parseLimits);
    if (outcome.kind === 'refused') {
      answers.refusePartial(outcome.partial, flow, status, reason);
    } else if (outcome.kind === 'message' && outcome.message.kind === 'request') {
      const request = outcome.message;
      if (request.method === 'ACK') return;
      request.stampSource(flow.remoteAddress, flow.remotePort);
      answers.refuse(request, flow, { status, reason });
    }
  }

  onSending(text: string, flow: Flow): void {
    const { tracer } = this.#options;
    // Signs of life begin with a line end, or with a byte that no message begins with.
    if (tracer.isOn && text.charCodeAt(0) > 0x20) tracer.hear('out', text, flow);
  }

  onKeepAlive(): void {
    this.#core.counters.keepAlives++;
  }

  onPing(): void {
    this.#core.counters.keepAlivesSent++;
  }

  onConnectionOpened(): void {
    this.#core.counters.connectionsOpened++;
  }

  onFlowClosed(flow: Flow): void {
    const user = this.#options.user();
    if (user?.onFlowClosed !== undefined) this.#core.tell(() => user.onFlowClosed?.(flow));
  }

  onBacklogFull(): void {
    this.#core.counters.countDropped('backlog');
  }

  onSendFailed(): void {
    this.#core.counters.sendFailures++;
  }

  #receiveRequest(request: SipRequest, flow: Flow): void {
    this.#core.counters.countRequestReceived(request.method);
    if (!this.#core.isOpen) return;
    request.stampSource(flow.remoteAddress, flow.remotePort);
    this.#options.requests.receive(request, flow);
  }

  #receiveResponse(response: SipResponse, flow: Flow): void {
    const { counters, guard, transactions } = this.#core;
    const { status, via, cseq } = response;
    counters.countResponseReceived(status);
    const branch = via.branch ?? '';
    const transaction =
      cseq.method === 'INVITE'
        ? transactions.findInviteClient(branch)
        : transactions.findRequestClient(branch, cseq.method);
    if (transaction !== undefined) {
      transaction.receive(response);
      return;
    }
    counters.countDropped('stray-response');
    guard.charge(flow.remoteAddress);
  }

  #isHeard(byteLength: number, flow: Flow): boolean {
    const { screen } = this.#options;
    if (screen === undefined) return true;
    let isHeard = false;
    this.#core.tell(() => {
      isHeard = screen(flow, byteLength);
    });
    return isHeard;
  }
}

// Only over UDP: on a stream the line ends of RFC 5626 serve, and STUN is framed differently.
function answerStun(bytes: Buffer, flow: Flow): void {
  if (flow.transport !== 'udp') return;
  const answer = answerBinding(bytes, flow.remoteAddress, flow.remotePort);
  if (answer !== undefined) flow.send(answer.toString('latin1'));
}
