import { type Contacts, parseContacts } from './contacts.ts';
import type { CSeq } from './cseq.ts';
import type { MessageCore } from './message-core.ts';
import type { MessageHeaders } from './message-headers.ts';
import type { NameAddr } from './name-addr.ts';
import type { Uri } from './uri.ts';
import { firstVia, parseVia, stampSource, type Via } from './via.ts';

/** A request off the wire. Immutable but for the stamp of the receiving transport. */
export class SipRequest {
  readonly kind = 'request';
  readonly from: NameAddr;
  readonly to: NameAddr;
  readonly callId: string;
  readonly cseq: CSeq;
  #via: Via;
  /** Null: not read yet. */
  #contacts: Contacts | undefined | null = null;

  constructor(
    /** Case-sensitive and never decoded (RFC 4475 §3.1.1.5). */
    readonly method: string,
    /** Request-URI, well-formed; of any scheme. */
    readonly requestUri: Uri,
    readonly headers: MessageHeaders,
    /** Bytes as latin1 characters: one character is one byte. */
    readonly body: string,
    core: MessageCore,
  ) {
    this.#via = core.via;
    this.from = core.from;
    this.to = core.to;
    this.callId = core.callId;
    this.cseq = core.cseq;
  }

  /** Topmost Via, with what {@link stampSource} wrote. */
  get via(): Via {
    return this.#via;
  }

  /** Request-URI as it came, byte for byte. */
  get uri(): string {
    return this.requestUri.text;
  }

  /** Tag of From; undefined in requests of RFC 2543. */
  get fromTag(): string | undefined {
    return this.from.tag;
  }

  /** Tag of To; undefined outside a dialog. */
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

  /**
   * Notes where the packet came from in the topmost Via (RFC 3261 §18.2.1, RFC 3581 §4). The
   * receiving transport calls it once, before anyone answers.
   */
  stampSource(address: string, port: number): void {
    const before = this.headers.get('Via') ?? '';
    const value = stampSource(before, this.#via, address, port);
    if (value === before) return;
    this.headers.replaceFirst('Via', value);
    this.#via = parseVia(firstVia(value)) ?? this.#via;
  }
}
