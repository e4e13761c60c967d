import type { Body } from '@tandem/messages';
import type { Dialog, IncomingInvite } from '@tandem/sip-stack';

/** One early dialog of ours towards the caller. */
interface EarlyDialog {
  readonly dialog: Dialog;
  /** The far dialog whose description it carries. */
  owner: string | undefined;
  body: Body | undefined;
  isClosed: boolean;
}

/**
 * Our To-tags towards the caller (RFC 3261 §12.1, §13.2.2.4): one for each far dialog that brings
 * a description of its own, since a caller may hear only one answer per dialog. Those without
 * share the first. In `single` mode all share one, for phones that know no forking.
 */
export class EarlyDialogs {
  readonly #invite: IncomingInvite;
  readonly #isSingle: boolean;
  readonly #all: EarlyDialog[] = [];
  readonly #byName = new Map<string, EarlyDialog>();

  constructor(invite: IncomingInvite, isSingle: boolean) {
    this.#invite = invite;
    this.#isSingle = isSingle;
  }

  /** The dialog of ours that stands for the far one named; null names none. */
  standFor(name: string | null, body: Body | undefined): Dialog {
    const key = name ?? '';
    const early = this.#choose(key, body);
    if (body !== undefined && early.owner === undefined) early.owner = key;
    if (body !== undefined && early.owner === key) early.body = body;
    this.#byName.set(key, early);
    return early.dialog;
  }

  /** Whether this description may be shown: in `single` mode only the first one is. */
  mayShow(name: string | null, body: Body): boolean {
    const [first] = this.#all;
    if (!this.#isSingle || first?.owner === undefined) return true;
    return first.owner === (name ?? '') && first.body?.content === body.content;
  }

  /** The far dialog that one of ours stands for; undefined where it has no name. */
  nameOf(dialog: Dialog): string | undefined {
    const early = this.#all.find((each) => each.dialog === dialog);
    const named = [...this.#byName].findLast(([, each]) => each === early);
    return (early?.owner ?? named?.[0]) || undefined;
  }

  /** The dialog of ours for a far one that was named before; without a name the latest. */
  find(name: string | undefined): Dialog | undefined {
    if (name !== undefined) return this.#byName.get(name)?.dialog;
    return this.#all.findLast(({ isClosed }) => !isClosed)?.dialog;
  }

  /** An UPDATE of the callee changed what is shown in that dialog. */
  noteBody(dialog: Dialog, body: Body): void {
    const early = this.#all.find((each) => each.dialog === dialog);
    if (early !== undefined) early.body = body;
  }

  /** The description last shown in that dialog. */
  bodyOf(dialog: Dialog): Body | undefined {
    return this.#all.find((early) => early.dialog === dialog)?.body;
  }

  /** A far dialog is over; the dialog of ours that is over with it, if no other one shares it. */
  close(name: string): Dialog | undefined {
    const early = this.#byName.get(name);
    if (early === undefined || this.#isSingle) return undefined;
    this.#byName.delete(name);
    const isShared = [...this.#byName.values()].includes(early);
    if (isShared && early.owner !== name) return undefined;
    early.isClosed = true;
    return early.dialog;
  }

  #choose(name: string, body: Body | undefined): EarlyDialog {
    const [first] = this.#all;
    if (this.#isSingle) return first ?? this.#open();
    const own = this.#byName.get(name);
    if (own !== undefined && !own.isClosed && !isTakenByAnother(own, name, body)) return own;
    const usable = this.#all.find(
      (early) => !early.isClosed && !isTakenByAnother(early, name, body),
    );
    return usable ?? this.#open();
  }

  #open(): EarlyDialog {
    const dialog = this.#invite.openDialog();
    const early = { dialog, owner: undefined, body: undefined, isClosed: false };
    this.#all.push(early);
    return early;
  }
}

function isTakenByAnother(early: EarlyDialog, name: string, body: Body | undefined): boolean {
  if (body === undefined || early.owner === undefined || early.owner === name) return false;
  return early.body?.content !== body.content;
}
