import type { Body, PrackedEvent, PrackEvent } from '@tandem/messages';
import type {
  Dialog,
  IncomingInvite,
  IncomingRequest,
  InviteRespondOptions,
} from '@tandem/sip-stack';
import { bodyHeaders, readBody, toSipBody } from '../headers/body-parts.ts';

/** What sends provisional answers of a leg, as they are acknowledged. */
export interface ReliableUser {
  tell(event: PrackEvent): void;
  /** Offer and answer passed with a PRACK: what the caller said, and what he heard. */
  onAgreed(dialog: Dialog, received: Body, sent: Body | undefined): void;
}

/** A PRACK of the caller that the callee is asked about. */
interface WaitingPrack {
  readonly request: IncomingRequest;
  readonly dialog: Dialog;
  readonly body: Body | undefined;
}

interface SentReliably {
  /** The far dialog whose peer is owed the PRACK; undefined: it sent unreliably. */
  readonly name: string | undefined;
  readonly hasBody: boolean;
}

/**
 * Provisional answers that the caller acknowledges (RFC 3262). Where the callee sent his reliably
 * PRACK is end to end: the caller's goes across, and its answer comes back.
 */
export class ReliableProgress {
  readonly #invite: IncomingInvite;
  readonly #user: ReliableUser;
  /** Sent and not yet acknowledged, by our tag, oldest first. */
  readonly #sent = new Map<string, SentReliably[]>();
  /** PRACKs that wait for the callee's answer, by far dialog. */
  readonly #waiting = new Map<string, WaitingPrack>();
  /** Our tags whose answer to the caller's offer he has acknowledged. */
  readonly #settled = new Set<string>();

  constructor(invite: IncomingInvite, user: ReliableUser) {
    this.#invite = invite;
    this.#user = user;
  }

  /**
   * Whether a description was sent that the caller has not acknowledged, or his offer to that far
   * dialog is not answered: the 200 has to wait (RFC 3262 §3, §5).
   */
  isBodyOpen(name: string | null): boolean {
    if (name !== null && this.#waiting.get(name)?.body !== undefined) return true;
    return [...this.#sent.values()].some((queue) => queue.some(({ hasBody }) => hasBody));
  }

  /**
   * Whether offer and answer are done in that dialog, so that either side may offer anew with
   * UPDATE (RFC 3311 §5.1).
   */
  isSettled(dialog: Dialog): boolean {
    return this.#settled.has(dialog.localTag) && this.#waiting.size === 0;
  }

  /** Sends it; the stack keeps a second one back until the first is acknowledged. */
  send(
    status: number,
    options: InviteRespondOptions & { readonly dialog: Dialog },
    name: string | undefined,
  ): void {
    const { localTag } = options.dialog;
    const queue = this.#sent.get(localTag) ?? [];
    queue.push({ name, hasBody: options.body !== undefined });
    this.#sent.set(localTag, queue);
    this.#invite.respondReliably(status, options);
  }

  /** The caller's PRACK. */
  receive(prack: IncomingRequest, dialog: Dialog): void {
    const sent = this.#sent.get(dialog.localTag)?.shift();
    const body = readBody(prack.request);
    if (sent?.hasBody === true) this.#settled.add(dialog.localTag);
    if (sent?.name === undefined) {
      // Nobody beyond us waits for it; an offer in it has nobody to answer it.
      prack.respond(body === undefined ? 200 : 488);
      return;
    }
    this.#waiting.get(sent.name)?.request.respond(500);
    this.#waiting.set(sent.name, { request: prack, dialog, body });
    this.#user.tell({ type: 'prack', dialog: sent.name, body });
  }

  /** The callee answered the PRACK. */
  pracked({ dialog, status, body }: PrackedEvent): void {
    const prack = this.#waiting.get(dialog);
    this.#waiting.delete(dialog);
    if (prack === undefined) return;
    if (prack.body !== undefined && status < 300) {
      this.#user.onAgreed(prack.dialog, prack.body, body);
    }
    prack.request.respond(status, { headers: bodyHeaders(body), ...toSipBody(body) });
  }

  /** The INVITE has its final answer: what still waits is answered. */
  end(): void {
    for (const { request } of this.#waiting.values()) request.respond(200);
    this.#waiting.clear();
    this.#sent.clear();
    this.#settled.clear();
  }
}
