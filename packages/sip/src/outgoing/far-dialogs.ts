import type { Body, PrackedEvent, PrackEvent } from '@tandem/messages';
import {
  type Dialog,
  type DigestClient,
  parseDeltaSeconds,
  type SipResponse,
} from '@tandem/sip-stack';
import { bodyHeaders, readBody, toSipBody } from '../headers/body-parts.ts';
import { earlyDialogUser } from '../session/early-user.ts';
import { sendInDialog } from '../session/in-dialog-request.ts';

interface FarDialog {
  readonly dialog: Dialog;
  /** RSeq last handled; undefined before the first reliable answer. */
  sequence: number | undefined;
  /** RAck of the reliable answer whose PRACK is still owed. */
  owed: string | undefined;
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
  readonly #onBye: () => void;

  constructor(
    tell: (event: PrackedEvent) => void,
    digest: DigestClient | undefined,
    onBye: () => void,
  ) {
    this.#tell = tell;
    this.#digest = digest;
    this.#onBye = onBye;
  }

  /** Notes a provisional answer with its dialog, and says whether it counts. */
  note(response: SipResponse, dialog: Dialog): ProvisionalStanding {
    const { remoteTag } = dialog;
    let far = this.#byTag.get(remoteTag);
    if (far === undefined) {
      far = { dialog, sequence: undefined, owed: undefined };
      this.#byTag.set(remoteTag, far);
      dialog.user = earlyDialogUser(this.#onBye);
    }
    const isReliable = response.list('Require').some((name) => name.toLowerCase() === '100rel');
    const sequence = isReliable ? parseDeltaSeconds(response.get('RSeq') ?? '') : undefined;
    if (sequence === undefined) return 'plain';
    if (far.sequence !== undefined && sequence !== far.sequence + 1) return 'dropped';
    far.sequence = sequence;
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
    const content = { headers, ...toSipBody(body) };
    const done = (status: number, answer: Body | undefined): void => {
      if (isTold) this.#tell({ type: 'pracked', dialog: tag, status, body: answer });
    };
    sendInDialog(
      far.dialog,
      { method: 'PRACK', content, digest: this.#digest },
      {
        onFinal: (response) => done(response.status, readBody(response)),
        onFailed: (failure) => done(failure.status, undefined),
      },
    );
  }

  /** The peer closed one early dialog (199). */
  close(tag: string): void {
    this.#byTag.delete(tag);
  }

  /** The set-up is over: none of them counts any more. */
  clear(): void {
    this.#byTag.clear();
  }
}
