import type { Body, PrackedEvent, PrackEvent } from '@tandem/messages';
import {
  type Dialog,
  type DialogUser,
  type DigestClient,
  parseDeltaSeconds,
  type SipResponse,
} from '@tandem/sip-stack';
import { bodyHeaders, readBody, toSipBody } from '../headers/body-parts.ts';
import { sendInDialog } from '../session/in-dialog-request.ts';

interface FarDialog {
  readonly dialog: Dialog;
  /** RSeq last handled; undefined before the first reliable answer. */
  sequence: number | undefined;
  /** RAck of the reliable answer whose PRACK is still owed. */
  owed: string | undefined;
  /** The last description of the peer that a reliable answer or the one to a PRACK brought. */
  description: Body | undefined;
  /** And its PRACK was answered: offer and answer are done. */
  isSettled: boolean;
  /** The peer says that it takes UPDATE. */
  isUpdateAllowed: boolean;
}

/** What a provisional answer is worth. */
export type ProvisionalStanding =
  /** Sent unreliably. */
  | 'plain'
  /** Reliable, and the next one: a PRACK is owed. */
  | 'reliable'
  /** A repeat, or one that came before its turn: dropped, the peer repeats it. */
  | 'dropped';

/**
 * The early dialogs that the peer's provisional answers made (RFC 3261 §13.2.2.1), one for each
 * To-tag, and the order of its reliable ones (RFC 3262 §4).
 */
export class FarDialogs {
  readonly #byTag = new Map<string, FarDialog>();
  readonly #tell: (event: PrackedEvent) => void;
  readonly #digest: DigestClient | undefined;
  readonly #user: DialogUser;
  /** A description of ours went out with a PRACK and was taken; the peer's answer, if it gave one. */
  readonly #onAgreed: (sent: Body, received: Body | undefined) => void;

  constructor(
    tell: (event: PrackedEvent) => void,
    digest: DigestClient | undefined,
    user: DialogUser,
    onAgreed: (sent: Body, received: Body | undefined) => void,
  ) {
    this.#tell = tell;
    this.#onAgreed = onAgreed;
    this.#digest = digest;
    this.#user = user;
  }

  /** Notes a provisional answer with its dialog, and says whether it counts. */
  note(response: SipResponse, dialog: Dialog): ProvisionalStanding {
    const { remoteTag } = dialog;
    let far = this.#byTag.get(remoteTag);
    if (far === undefined) {
      far = {
        dialog,
        sequence: undefined,
        owed: undefined,
        description: undefined,
        isSettled: false,
        isUpdateAllowed: false,
      };
      this.#byTag.set(remoteTag, far);
      dialog.user = this.#user;
    }
    far.isUpdateAllowed ||= response.list('Allow').includes('UPDATE');
    const isReliable = response.list('Require').some((name) => name.toLowerCase() === '100rel');
    const sequence = isReliable ? parseDeltaSeconds(response.get('RSeq') ?? '') : undefined;
    if (sequence === undefined) return 'plain';
    if (far.sequence !== undefined && sequence !== far.sequence + 1) return 'dropped';
    far.sequence = sequence;
    far.description = readBody(response) ?? far.description;
    far.owed = `${sequence} ${response.cseq.number} ${response.cseq.method}`;
    return 'reliable';
  }

  /** Acknowledges the reliable answer of that dialog; the peer's answer is told, if wanted. */
  acknowledge({ dialog: tag, body }: Pick<PrackEvent, 'dialog' | 'body'>, isTold: boolean): void {
    const far = this.#byTag.get(tag);
    if (far?.owed === undefined) {
      if (isTold) this.#tell({ type: 'pracked', dialog: tag, status: 481 });
      return;
    }
    const headers = [['RAck', far.owed] as const, ...bodyHeaders(body)];
    far.owed = undefined;
    far.isSettled = false;
    const content = { headers, ...toSipBody(body) };
    const done = (status: number, answer: Body | undefined): void => {
      if (isTold) this.#tell({ type: 'pracked', dialog: tag, status, body: answer });
    };
    sendInDialog(
      far.dialog,
      { method: 'PRACK', content, digest: this.#digest },
      {
        onFinal: (response) => {
          const answer = readBody(response);
          far.isSettled = far.description !== undefined && response.status < 300;
          if (body !== undefined && response.status < 300) {
            far.description = answer ?? far.description;
            this.#onAgreed(body, answer);
          }
          done(response.status, answer);
        },
        onFailed: (failure) => done(failure.status, undefined),
      },
    );
  }

  /** The early dialog of that To-tag; without one the latest. */
  find(tag: string | undefined): Dialog | undefined {
    if (tag !== undefined) return this.#byTag.get(tag)?.dialog;
    return [...this.#byTag.values()].at(-1)?.dialog;
  }

  /** Whether offer and answer are done in that dialog, by a reliable answer and its PRACK. */
  isSettled({ remoteTag }: Dialog): boolean {
    return this.#byTag.get(remoteTag)?.isSettled ?? false;
  }

  /** Whether the peer says there that it takes UPDATE. */
  isUpdateAllowed({ remoteTag }: Dialog): boolean {
    return this.#byTag.get(remoteTag)?.isUpdateAllowed ?? false;
  }

  /** The peer closed one early dialog (199). */
  close(tag: string): void {
    this.#byTag.delete(tag);
  }

  /** The description of the peer in that dialog, of before its answer. */
  descriptionIn(tag: string): Body | undefined {
    return this.#byTag.get(tag)?.description;
  }

  /** Whether the caller's PRACK in that dialog is still to come. */
  isPrackOwed(tag: string): boolean {
    return this.#byTag.get(tag)?.owed !== undefined;
  }

  /** The set-up is over: none of them counts any more but the one whose tag is given. */
  clear(but?: string): void {
    for (const tag of this.#byTag.keys()) if (tag !== but) this.#byTag.delete(tag);
  }
}
