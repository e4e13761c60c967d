import { seedFromInvite } from '../dialog/dialog-seed.ts';
import { LiveDialog } from '../dialog/live-dialog.ts';
import type { OpenDialogOptions } from './incoming-request.ts';
import type { LiveIncomingInvite } from './live-incoming-invite.ts';
import type { DialogRef } from './respond-options.ts';
import type { StackCore } from './stack-core.ts';

/** Dialogs one INVITE may open: branches of a call, attempts one after another. */
const DIALOGS_MAX = 64;

/** The dialogs that the answers to one INVITE of a peer belong to; of a re-INVITE its own alone. */
export class OpenedDialogs {
  readonly #core: StackCore;
  readonly #invite: LiveIncomingInvite;
  readonly #own: LiveDialog | undefined;
  #opened: LiveDialog[] = [];
  #toTag: string | undefined;

  constructor(core: StackCore, invite: LiveIncomingInvite, own: LiveDialog | undefined) {
    this.#core = core;
    this.#invite = invite;
    this.#own = own;
  }

  /** The tag of answers that name no dialog. */
  get toTag(): string {
    return this.#own?.localTag ?? this.#opened[0]?.localTag ?? this.#defaultTag();
  }

  /** The dialog of that tag, made if there is none; beyond the bound the first one. */
  open(options: OpenDialogOptions): LiveDialog {
    if (this.#own !== undefined) return this.#own;
    const localTag = options.localTag ?? this.#core.ids.makeTag();
    const known = this.#opened.find((dialog) => dialog.localTag === localTag);
    if (known !== undefined) return known;
    const first = this.#opened[0];
    if (first !== undefined && this.#opened.length >= DIALOGS_MAX) return first;
    const { request, flow } = this.#invite;
    const seed = seedFromInvite(request, flow, localTag, options.contact);
    const dialog = new LiveDialog(this.#core, seed);
    dialog.incomingInvite = this.#invite;
    this.#opened.push(dialog);
    return dialog;
  }

  /** The dialog that is named; else the only or first one, made if need be. */
  of(named: DialogRef | undefined): LiveDialog {
    if (this.#own !== undefined) return this.#own;
    if (named !== undefined) return this.open({ localTag: named.localTag });
    return this.#opened[0] ?? this.open({ localTag: this.#defaultTag() });
  }

  /** The INVITE has its final answer: only the winner is left. */
  settle(winner: LiveDialog | undefined): void {
    for (const dialog of this.#opened) {
      dialog.incomingInvite = undefined;
      if (dialog !== winner) dialog.forget();
    }
    this.#opened = [];
    if (this.#own?.incomingInvite === this.#invite) this.#own.incomingInvite = undefined;
  }

  #defaultTag(): string {
    return (this.#toTag ??= this.#core.ids.makeTag());
  }
}
