import type { LiveDialog } from './live-dialog.ts';

/** All dialogs of a stack, ended ones included until nobody repeats himself any more. */
export class DialogTable {
  readonly #byTags = new Map<string, LiveDialog>();
  /** Dialogs ended whose key still answers. */
  ended = 0;
  /** 2xx and reliable 1xx that wait for their ACK or PRACK. */
  unacknowledged = 0;

  /** Early and confirmed dialogs. */
  get live(): number {
    return this.#byTags.size - this.ended;
  }

  /** The dialog of these tags, ended ones too. Our own tags are unique; the Call-ID must agree. */
  find(callId: string, localTag: string, remoteTag: string): LiveDialog | undefined {
    const found = this.#byTags.get(tagsKey(localTag, remoteTag));
    return found?.callId === callId ? found : undefined;
  }

  add(dialog: LiveDialog): void {
    this.#byTags.set(tagsKey(dialog.localTag, dialog.remoteTag), dialog);
  }

  remove(dialog: LiveDialog): void {
    const key = tagsKey(dialog.localTag, dialog.remoteTag);
    if (this.#byTags.get(key) === dialog) this.#byTags.delete(key);
  }

  /** Ends every dialog at once and leaves nothing. */
  close(): void {
    for (const dialog of this.#byTags.values()) dialog.erase();
  }
}

function tagsKey(localTag: string, remoteTag: string): string {
  return `${localTag}|${remoteTag}`;
}
