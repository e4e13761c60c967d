import type { PrackedEvent, PrackEvent } from '@tandem/messages';
import type {
  Dialog,
  IncomingInvite,
  IncomingRequest,
  InviteRespondOptions,
} from '@tandem/sip-stack';
import { bodyHeaders, readBody, toSipBody } from '../headers/body-parts.ts';

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
  readonly #tell: (event: PrackEvent) => void;
  /** Sent and not yet acknowledged, by our tag, oldest first. */
  readonly #sent = new Map<string, SentReliably[]>();
  /** PRACKs that wait for the callee's answer, by far dialog. */
  readonly #waiting = new Map<string, IncomingRequest>();
  /** Our tags whose answer to the caller's offer he has acknowledged. */
  readonly #settled = new Set<string>();

  constructor(invite: IncomingInvite, tell: (event: PrackEvent) => void) {
    this.#invite = invite;
    this.#tell = tell;
  }

  /** Whether a description was sent that the caller has not acknowledged: the 200 has to wait. */
  get isBodyOpen(): boolean {
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
    this.#waiting.get(sent.name)?.respond(500);
    this.#waiting.set(sent.name, prack);
    this.#tell({ type: 'prack', dialog: sent.name, body });
  }

  /** The callee answered the PRACK. */
  pracked({ dialog, status, body }: PrackedEvent): void {
    const prack = this.#waiting.get(dialog);
    this.#waiting.delete(dialog);
    prack?.respond(status, { headers: bodyHeaders(body), ...toSipBody(body) });
  }

  /** The INVITE has its final answer: what still waits is answered. */
  end(): void {
    for (const prack of this.#waiting.values()) prack.respond(200);
    this.#waiting.clear();
    this.#sent.clear();
    this.#settled.clear();
  }
}
