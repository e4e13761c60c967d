import { AnswerRepeat } from '../dialog/answer-repeat.ts';
import type { LiveDialog } from '../dialog/live-dialog.ts';
import type { Flow } from '../transport/flow.ts';
import { parseRAck } from '../wire/cseq.ts';
import type { SipRequest } from '../wire/sip-request.ts';
import type { HeaderLine } from './message-parts.ts';
import type { StackCore } from './stack-core.ts';

/** Reliable 1xx that may wait for the one before; beyond this they are dropped and counted. */
const WAITING_MAX = 16;
/** First RSeq: random below 2^31 − room to count (RFC 3262 §3). */
const FIRST_RSEQ_MAX = 2 ** 31 - 1_000;

/** Writes and sends one reliable 1xx with the headers given, and returns its text. */
export type SendReliable = (headers: readonly HeaderLine[]) => string;

/** Hears that the peer never acknowledged. */
export interface ReliableUser {
  onPrackMissing(dialog: LiveDialog): void;
}

interface Waiting {
  readonly dialog: LiveDialog;
  readonly send: SendReliable;
}

/** The reliable provisional answers of one INVITE, one at a time (RFC 3262 §3). */
export class ReliableProvisionals {
  readonly #core: StackCore;
  /** CSeq number of the INVITE. */
  readonly #inviteSequence: number;
  readonly #flow: Flow;
  readonly #user: ReliableUser;
  readonly #sequences = new Map<LiveDialog, number>();
  readonly #waiting: Waiting[] = [];
  #open: LiveDialog | undefined;
  #repeat: AnswerRepeat | undefined;

  constructor(core: StackCore, inviteSequence: number, flow: Flow, user: ReliableUser) {
    this.#core = core;
    this.#inviteSequence = inviteSequence;
    this.#flow = flow;
    this.#user = user;
  }

  /** Sends one now, or as soon as those before it are acknowledged. */
  add(dialog: LiveDialog, send: SendReliable): void {
    if (this.#open === undefined) this.#send({ dialog, send });
    else if (this.#waiting.length < WAITING_MAX) this.#waiting.push({ dialog, send });
    else this.#core.counters.countDropped('reliable-provisional-overflow');
  }

  /** Whether that PRACK is the one awaited; then the next one goes out. */
  acknowledge(prack: SipRequest, dialog: LiveDialog): boolean {
    const rack = parseRAck(prack.get('RAck') ?? '');
    if (rack === undefined || dialog !== this.#open) return false;
    if (rack.rseq !== this.#sequences.get(dialog)) return false;
    if (rack.cseq.method !== 'INVITE' || rack.cseq.number !== this.#inviteSequence) return false;
    this.#repeat?.stop();
    this.#open = undefined;
    const next = this.#waiting.shift();
    if (next !== undefined) this.#send(next);
    return true;
  }

  /** Ends the repeats; what is sent already may still be acknowledged (§3), if in that dialog. */
  settle(winner: LiveDialog | undefined): void {
    this.#repeat?.stop();
    this.#waiting.length = 0;
    if (this.#open !== winner) this.#open = undefined;
  }

  /** Whether the PRACK of that dialog is still to come. */
  isOpen(dialog: LiveDialog): boolean {
    return this.#open === dialog;
  }

  #send({ dialog, send }: Waiting): void {
    const last = this.#sequences.get(dialog) ?? this.#core.ids.randomBelow(FIRST_RSEQ_MAX);
    const rseq = last + 1;
    this.#sequences.set(dialog, rseq);
    this.#open = dialog;
    const text = send([
      ['Require', '100rel'],
      ['RSeq', String(rseq)],
    ]);
    this.#repeat = new AnswerRepeat(this.#core, this.#flow, text, Infinity, {
      onAcknowledgeMissing: () => this.#user.onPrackMissing(dialog),
    });
  }
}
