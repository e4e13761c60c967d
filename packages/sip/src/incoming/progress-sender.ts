import type { StopTimer } from '@tandem/engine';
import type { Body, PrackedEvent, ProgressEvent } from '@tandem/messages';
import type { Dialog, DialogUser, IncomingInvite, IncomingRequest } from '@tandem/sip-stack';
import { allowTowards } from '../capabilities.ts';
import { bodyHeaders, toSipBody } from '../headers/body-parts.ts';
import type { LegHost } from '../leg/leg-host.ts';
import { EarlyDialogs } from './early-dialogs.ts';
import { ReliableProgress, type ReliableUser } from './reliable-progress.ts';

/** Proxies give a ringing call up after three silent minutes (RFC 3261 §16.6 timer C, §13.3.1.1). */
const REPEAT_MS = 60_000;

/** What a sender of provisional answers is made of. */
export interface ProgressParts extends ReliableUser {
  readonly host: LegHost;
  readonly invite: IncomingInvite;
  readonly isFlowBound: boolean;
  /** Hears what the caller asks in an early dialog. */
  readonly dialogUser: DialogUser;
}

/**
 * What the caller hears before the answer: provisional answers, each in the dialog that stands
 * for the far one, reliably where both ends can, and again each minute.
 */
export class ProgressSender {
  readonly #parts: ProgressParts;
  readonly #early: EarlyDialogs;
  readonly #knows100rel: boolean;
  readonly #requires100rel: boolean;
  readonly #knows199: boolean;
  #reliable: ReliableProgress | undefined;
  #stopRepeat: StopTimer | undefined;

  constructor(parts: ProgressParts) {
    const { host, invite } = parts;
    const lists = (header: string, option: string): boolean =>
      invite.request.list(header).some((name) => name.toLowerCase() === option);
    this.#parts = parts;
    this.#requires100rel = lists('Require', '100rel');
    const isSingle = host.settings.earlyDialogs === 'single' && !this.#requires100rel;
    this.#knows100rel = this.#requires100rel || (lists('Supported', '100rel') && !isSingle);
    this.#knows199 = lists('Supported', '199') && !this.#requires100rel;
    this.#early = new EarlyDialogs(invite, isSingle);
  }

  /** An offer or answer of that far dialog is on its way to or from the caller: the 200 has to wait. */
  isBodyOpen(name: string | null): boolean {
    return this.#reliable?.isBodyOpen(name) ?? false;
  }

  /** Passes a provisional answer on. */
  send(event: ProgressEvent): void {
    const { dialog: name, status } = event;
    if (event.isClosed) return this.#close(name);
    const isShown = event.body !== undefined && this.#early.mayShow(name, event.body);
    const body = isShown ? event.body : undefined;
    const dialog = this.dialogFor(name, body);
    const headers = [allowTowards(event.allow), ...bodyHeaders(body), ...(event.headers ?? [])];
    const options = { dialog, headers, ...toSipBody(body) };
    const isReliable = event.isReliable === true && this.#knows100rel;
    if (isReliable || this.#requires100rel) {
      const parts = this.#parts;
      this.#reliable ??= new ReliableProgress(parts.invite, parts);
      this.#reliable.send(status, options, isReliable && name !== null ? name : undefined);
      this.#repeatLater(status, { dialog });
    } else {
      this.#parts.invite.respond(status, options);
      this.#repeatLater(status, options);
    }
    return undefined;
  }

  /** Our dialog for the far one, also where no provisional answer named it. */
  dialogFor(name: string | null, body: Body | undefined): Dialog {
    const dialog = this.#early.standFor(name, body);
    dialog.isFlowBound = this.#parts.isFlowBound;
    dialog.user ??= this.#parts.dialogUser;
    return dialog;
  }

  /** The far dialog that one of ours stands for. */
  nameOf(dialog: Dialog): string | undefined {
    return this.#early.nameOf(dialog);
  }

  /** Our dialog for a far one; without a name the latest. */
  find(name: string | undefined): Dialog | undefined {
    return this.#early.find(name);
  }

  /** Whether offer and answer are done in that dialog. */
  isSettled(dialog: Dialog): boolean {
    return this.#reliable?.isSettled(dialog) ?? false;
  }

  /** A description was agreed on in that dialog by UPDATE. */
  noteBody(dialog: Dialog, body: Body): void {
    this.#early.noteBody(dialog, body);
  }

  /** The description that the caller was shown last in that dialog. */
  bodyOf(dialog: Dialog): Body | undefined {
    return this.#early.bodyOf(dialog);
  }

  /** The caller's PRACK. */
  receivePrack(prack: IncomingRequest, dialog: Dialog): void {
    this.#reliable?.receive(prack, dialog);
  }

  /** The callee's answer to it. */
  pracked(event: PrackedEvent): void {
    this.#reliable?.pracked(event);
  }

  /** The final answer is about to go out. */
  end(): void {
    this.#stopRepeat?.();
    this.#reliable?.end();
  }

  #repeatLater(status: number, options: Parameters<IncomingInvite['respond']>[1]): void {
    this.#stopRepeat?.();
    this.#stopRepeat = this.#parts.host.wheel.after(REPEAT_MS, () => {
      this.#parts.invite.respond(status, options);
      this.#repeatLater(status, options);
    });
  }

  // RFC 6228: only a caller that knows 199 is told of a dialog that came to nothing.
  #close(name: string | null): void {
    const dialog = name === null ? undefined : this.#early.close(name);
    if (dialog !== undefined && this.#knows199) this.#parts.invite.respond(199, { dialog });
  }
}
