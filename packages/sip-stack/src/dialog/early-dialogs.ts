import type { RequestOrder } from '../stack/request-order.ts';
import type { StackCore } from '../stack/stack-core.ts';
import type { Flow } from '../transport/flow.ts';
import type { SipResponse } from '../wire/sip-response.ts';
import { seedFromAnswer } from './dialog-seed.ts';
import { LiveDialog } from './live-dialog.ts';

/** Early dialogs of one INVITE at once; answers of further forks are heard without a dialog. */
const EARLY_DIALOGS_MAX = 32;

/** The early dialogs that the answers to one INVITE of ours have made, by To-tag. */
export class EarlyDialogs {
  readonly #core: StackCore;
  #byTag: Map<string, LiveDialog> | undefined;

  constructor(core: StackCore) {
    this.#core = core;
  }

  /** The early dialog of that tag, made if it is new; its target follows each answer. */
  open(
    tag: string,
    response: SipResponse,
    order: RequestOrder,
    flow: Flow,
  ): LiveDialog | undefined {
    const known = this.#byTag?.get(tag);
    if (known !== undefined) {
      known.refreshTarget(response);
      return known;
    }
    this.#byTag ??= new Map();
    if (this.#byTag.size >= EARLY_DIALOGS_MAX) return undefined;
    const dialog = new LiveDialog(this.#core, seedFromAnswer(order, flow, response));
    this.#byTag.set(dialog.remoteTag, dialog);
    return dialog;
  }

  /** The dialog of the 2xx with that tag, taken out of the early ones. */
  take(
    tag: string,
    response: SipResponse,
    order: RequestOrder,
    flow: Flow | undefined,
  ): LiveDialog | undefined {
    const known = this.#byTag?.get(tag);
    if (known !== undefined && known.state !== 'ended') {
      this.#byTag?.delete(tag);
      return known;
    }
    return flow && new LiveDialog(this.#core, seedFromAnswer(order, flow, response));
  }

  forget(dialog: LiveDialog): void {
    this.#byTag?.delete(dialog.remoteTag);
    dialog.forget();
  }

  forgetAll(): void {
    const dialogs = this.#byTag;
    this.#byTag = undefined;
    for (const dialog of dialogs?.values() ?? []) dialog.forget();
  }
}
