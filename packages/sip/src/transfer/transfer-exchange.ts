import type { StopTimer } from '@tandem/engine';
import type { NotifyEvent, ReferEvent } from '@tandem/messages';
import { type IncomingRequest, keep } from '@tandem/sip-stack';
import { sendInDialog } from '../session/in-dialog-request.ts';
import type { SessionLink } from '../session/session-link.ts';
import { formatReferTo, readReferTo } from './refer-to.ts';
import { readTransferNews, type TransferNews, transferNotice } from './transfer-news.ts';

/** A REFER of our peer. */
interface AskedTransfer {
  readonly request: IncomingRequest;
  isAnswered: boolean;
}

/** A REFER of the other side, sent to our peer. */
interface SentTransfer {
  readonly referId: string;
  /** CSeq numbers it was sent under: more than one where it was challenged. */
  readonly sequences: string[];
  isAnswered: boolean;
  hasNews: boolean;
  /** Ends the wait for its first news. */
  stopWait: StopTimer | undefined;
}

/** Transfers of one call at once, each way; the oldest one is forgotten beyond that. */
const TRANSFERS_MAX = 4;
/** How long the first news of a transfer that was taken over may take, in T1. */
const FIRST_NEWS_T1 = 64;

/**
 * Transfer within a call (RFC 3515), end to end: REFER goes to the other party, who places the
 * new call himself, and his news come back as NOTIFY. The node that carries the call judges the
 * new one as any other.
 */
export class TransferExchange {
  readonly #link: SessionLink;
  readonly #asked = new Map<string, AskedTransfer>();
  readonly #sent: SentTransfer[] = [];
  #counter = 0;

  constructor(link: SessionLink) {
    this.#link = link;
  }

  /** A REFER of our peer crosses the call; its answer is the first news of it. */
  receive(request: IncomingRequest): void {
    if (this.#link.host.settings.transfers === 'refuse') return request.respond(603);
    const target = readReferTo(request.request);
    if (target === undefined) return request.respond(400);
    if (this.#asked.size >= TRANSFERS_MAX) {
      return request.respond(500, { headers: [['Retry-After', '5']] });
    }
    const referId = `${this.#link.dialog.localTag}-${++this.#counter}`;
    this.#asked.set(referId, { request, isAnswered: false });
    const referredBy = request.request.get('Referred-By');
    this.#link.tell({
      type: 'refer',
      referId,
      ...target,
      ...(referredBy !== undefined && { referredBy: keep(referredBy) }),
    });
    return undefined;
  }

  /** News of a transfer that our peer asked for: the first one answers its REFER. */
  notify(event: NotifyEvent): void {
    const asked = this.#asked.get(event.referId);
    if (asked === undefined) return;
    if (event.isFinal) this.#asked.delete(event.referId);
    if (!asked.isAnswered) {
      asked.isAnswered = true;
      // RFC 4320 §4.2: no 408 to a request other than INVITE.
      asked.request.respond(event.status === 408 ? 504 : refusedOrTaken(event.status));
      if (event.status >= 300 || event.status === 202) return;
    }
    const { dialog, digest } = this.#link;
    const content = transferNotice(event, asked.request.request.cseq.number);
    // Whoever knows nothing of his own transfer is told no more.
    const forget = (): void => void this.#asked.delete(event.referId);
    sendInDialog(
      dialog,
      { method: 'NOTIFY', content, digest },
      {
        onFinal: (response) => {
          this.#link.heard();
          if (response.status === 481) forget();
        },
        onFailed: forget,
      },
    );
  }

  /** A REFER of the other side goes to our peer. */
  send(event: ReferEvent): void {
    const { dialog, digest } = this.#link;
    const { referId } = event;
    const transfer: SentTransfer = {
      referId,
      sequences: [],
      isAnswered: false,
      hasNews: false,
      stopWait: undefined,
    };
    if (this.#sent.push(transfer) > TRANSFERS_MAX) this.#sent.shift()?.stopWait?.();
    const headers: [string, string][] = [['Refer-To', formatReferTo(event)]];
    if (event.referredBy !== undefined) headers.push(['Referred-By', event.referredBy]);
    sendInDialog(
      dialog,
      {
        method: 'REFER',
        content: { headers },
        digest,
        // News may come before the answer, and name the REFER by it.
        onSent: (sequence) => void transfer.sequences.push(String(sequence)),
      },
      {
        onFinal: (response) => {
          this.#link.heard();
          if (response.status < 300) this.#taken(transfer);
          else this.#end(transfer, response.status, keep(response.reason));
        },
        onFailed: (failure) => this.#end(transfer, failure.status, ''),
      },
    );
  }

  /** A NOTIFY of our peer; false if it is about no transfer. */
  receiveNotify(request: IncomingRequest): boolean {
    const news = readTransferNews(request.request);
    const transfer = news === undefined ? undefined : this.#find(news.id);
    if (news === undefined || transfer === undefined) return false;
    request.respond(200);
    transfer.stopWait?.();
    transfer.hasNews = true;
    // News may overtake the answer to the REFER.
    this.#answer(transfer);
    this.#tell(transfer, news);
    return true;
  }

  /** The leg ends: what waits is answered. */
  end(): void {
    for (const { request, isAnswered } of this.#asked.values()) {
      if (!isAnswered) request.respond(481);
    }
    this.#asked.clear();
    for (const { stopWait } of this.#sent) stopWait?.();
    this.#sent.length = 0;
  }

  #find(id: string | undefined): SentTransfer | undefined {
    if (id === undefined) return this.#sent[0];
    return this.#sent.find(({ sequences }) => sequences.includes(id));
  }

  // Timer N (RFC 6665 §4.1.2.4): who takes it over and then says nothing has not done it.
  #taken(transfer: SentTransfer): void {
    this.#answer(transfer);
    if (transfer.hasNews || !this.#sent.includes(transfer)) return;
    const { wheel, settings } = this.#link.host;
    transfer.stopWait = wheel.after(FIRST_NEWS_T1 * settings.t1Ms, () =>
      this.#tell(transfer, { status: 408, phrase: '', isFinal: true }),
    );
  }

  #answer(transfer: SentTransfer): void {
    if (transfer.isAnswered) return;
    transfer.isAnswered = true;
    const { referId } = transfer;
    this.#link.tell({ type: 'notify', referId, status: 202, phrase: 'Accepted', isFinal: false });
  }

  #end(transfer: SentTransfer, status: number, phrase: string): void {
    this.#tell(transfer, { status, phrase, isFinal: true });
    if (status === 481) this.#link.dead('unknown-to-peer');
  }

  #tell(transfer: SentTransfer, { status, phrase, isFinal }: Omit<TransferNews, 'id'>): void {
    if (isFinal && !this.#forget(transfer)) return;
    const { referId } = transfer;
    this.#link.tell({ type: 'notify', referId, status, phrase, isFinal });
  }

  #forget(transfer: SentTransfer): boolean {
    const at = this.#sent.indexOf(transfer);
    transfer.stopWait?.();
    if (at >= 0) this.#sent.splice(at, 1);
    return at >= 0;
  }
}

// Whoever takes it over says 202; some say 200, and mean the same (RFC 6665 §8.3.1).
function refusedOrTaken(status: number): number {
  return status < 300 ? 202 : status;
}
