import { type Contacts, parseContacts } from './contacts.ts';
import type { CSeq } from './cseq.ts';
import type { MessageCore } from './message-core.ts';
import type { MessageHeaders } from './message-headers.ts';
import type { NameAddr } from './name-addr.ts';
import type { Via } from './via.ts';

/** A response off the wire. Immutable. */
export class SipResponse {
  readonly kind = 'response';
  readonly via: Via;
  readonly from: NameAddr;
  readonly to: NameAddr;
  readonly callId: string;
  readonly cseq: CSeq;
  /** Null: not read yet. */
  #contacts: Contacts | undefined | null = null;

  constructor(
    /** 100 to 699. */
    readonly status: number,
    /** Reason phrase as it came: bytes as latin1 characters, possibly empty. */
    readonly reason: string,
    readonly headers: MessageHeaders,
    /** Bytes as latin1 characters: one character is one byte. */
    readonly body: string,
    core: MessageCore,
  ) {
    this.via = core.via;
    this.from = core.from;
    this.to = core.to;
    this.callId = core.callId;
    this.cseq = core.cseq;
  }

  /** Tag of From: that of our own request. */
  get fromTag(): string | undefined {
    return this.from.tag;
  }

  /** Tag of To: names the (early) dialog. */
  get toTag(): string | undefined {
    return this.to.tag;
  }

  /** All contacts, `'*'`, or undefined where one is broken. Read at first use. */
  get contacts(): Contacts | undefined {
    if (this.#contacts === null) this.#contacts = parseContacts(this.headers.getAll('Contact'));
    return this.#contacts;
  }

  /** Whether a line of that header is there. */
  has(name: string): boolean {
    return this.headers.has(name);
  }

  /** First value of that header, raw. */
  get(name: string): string | undefined {
    return this.headers.get(name);
  }

  /** Values of all lines of that header, raw, in order. */
  getAll(name: string): string[] {
    return this.headers.getAll(name);
  }

  /** Elements of a comma-list header over all its lines. */
  list(name: string): string[] {
    return this.headers.list(name);
  }
}
