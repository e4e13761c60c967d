import type { MaybePromise } from '@tandem/engine';
import {
  type Body,
  isRefusal,
  isSdp,
  type PrackedEvent,
  type PrackEvent,
  type ProgressEvent,
} from '@tandem/messages';
import type { Branch } from './branch.ts';
import type { CallContext } from './call-context.ts';
import { nameDialog, readDialog } from './dialog-name.ts';
import { goOn } from './go-on.ts';
import type { LegRecord } from './leg-record.ts';
import { DIALOGS_MAX } from './limits.ts';
import { askMedia, type MediaRole } from './media-question.ts';

/**
 * What the caller hears before the answer. Dialogs get names that are unique over all branches.
 * Of branches that ring together only the first to give early media is heard; what the others
 * describe is withheld and goes with their 200, if they win.
 */
export class EarlyStage {
  readonly #context: CallContext;
  readonly #caller: LegRecord;
  /** The branch whose early media the caller hears. */
  #heard: Branch | undefined = undefined;

  constructor(context: CallContext, caller: LegRecord) {
    this.#context = context;
    this.#caller = caller;
  }

  /** Passes a provisional answer on. `isAlone`: no other branch rings with it. */
  progress(branch: Branch, event: ProgressEvent, isAlone: boolean): MaybePromise<void> {
    if (event.isClosed === true) return this.#close(branch, event);
    if (!this.#know(branch, event.dialog)) return undefined;
    const body = isAlone ? event.body : this.#heardBody(branch, event);
    return goOn(this.#media(branch.leg!.id, this.#caller.leg.id, 'progress', body), (passed) =>
      this.#pass(branch, event, passed),
    );
  }

  /** The caller has acknowledged a reliable provisional (RFC 3262): end to end, to its branch. */
  prack(branches: Iterable<Branch>, event: PrackEvent, role: MediaRole): MaybePromise<void> {
    const name = readDialog(event.dialog);
    if (name === undefined) return undefined;
    for (const branch of branches) {
      if (branch.index !== name.branch || branch.leg === undefined) continue;
      const { leg } = branch;
      return goOn(this.#media(this.#caller.leg.id, leg.id, role, event.body), (body) =>
        leg.send({ ...event, dialog: name.dialog, body }),
      );
    }
    return undefined;
  }

  /** The branch's answer to that. */
  pracked(branch: Branch, event: PrackedEvent): MaybePromise<void> {
    const dialog = nameDialog(branch.index, event.dialog);
    return goOn(this.#media(branch.leg!.id, this.#caller.leg.id, 'answer', event.body), (body) => {
      if (!this.#caller.isEnded) this.#caller.leg.send({ ...event, dialog, body });
    });
  }

  /** The branch is lost while the call goes on: its early dialogs are over (RFC 6228). */
  lost(branch: Branch): void {
    if (this.#heard === branch) this.#heard = undefined;
    const { dialogs } = branch;
    if (dialogs === undefined || this.#caller.isEnded) return;
    branch.dialogs = undefined;
    for (const dialog of dialogs) this.#caller.leg.send(closing(nameDialog(branch.index, dialog)));
  }

  #pass(branch: Branch, event: ProgressEvent, body: Body | undefined): void {
    if (!branch.isCompeting || this.#caller.isEnded) return;
    const dialog = event.dialog === null ? null : nameDialog(branch.index, event.dialog);
    const hasEarlyMedia = isSdp(body);
    const isRinging = event.status === 180 || hasEarlyMedia;
    branch.record!.progressed(isRinging ? 'ringing' : 'progressing');
    this.#caller.progressed(isRinging ? 'ringing' : 'progressing');
    this.#caller.leg.send({ ...event, dialog, body });
    const name = event.status === 180 ? 'call.ringing' : 'call.progress';
    this.#context.tell(name, { hasEarlyMedia, ...branch.record!.block });
  }

  #close(branch: Branch, event: ProgressEvent): void {
    const { dialogs } = branch;
    if (event.dialog === null || dialogs?.includes(event.dialog) !== true) return;
    branch.dialogs = dialogs.filter((dialog) => dialog !== event.dialog);
    this.#caller.leg.send({ ...event, dialog: nameDialog(branch.index, event.dialog) });
  }

  /** False for a dialog beyond the bound. */
  #know(branch: Branch, dialog: string | null): boolean {
    if (dialog === null) return true;
    const { dialogs } = branch;
    if (dialogs === undefined) {
      branch.dialogs = [dialog];
      return true;
    }
    if (dialogs.includes(dialog)) return true;
    if (dialogs.length >= DIALOGS_MAX) return false;
    dialogs.push(dialog);
    return true;
  }

  /** Refused media leave the event without a body: the call itself goes on. */
  #media(
    id: string,
    peerid: string,
    role: MediaRole,
    body: Body | undefined,
  ): MaybePromise<Body | undefined> {
    return goOn(askMedia(this.#context, id, peerid, role, body), (passed) =>
      isRefusal(passed) ? undefined : passed,
    );
  }

  #heardBody(branch: Branch, event: ProgressEvent): Body | undefined {
    if (event.body === undefined) return undefined;
    this.#heard ??= branch;
    if (this.#heard === branch) return event.body;
    (branch.withheld ??= new Map()).set(event.dialog ?? '', event.body);
    return undefined;
  }
}

function closing(dialog: string): ProgressEvent {
  return {
    type: 'progress',
    dialog,
    status: 199,
    phrase: 'Early Dialog Terminated',
    isClosed: true,
  };
}
