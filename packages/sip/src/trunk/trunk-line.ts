import type { TrunkRegisterParams } from '@tandem/messages';
import {
  contactUri,
  DigestClient,
  escapeUriUser,
  type Flow,
  type Listener,
  type SipStack,
  textToWire,
} from '@tandem/sip-stack';

const TOKEN_BYTES = 12;

/** What a line is made from. */
export interface TrunkLineParts {
  readonly params: TrunkRegisterParams;
  readonly stack: SipStack;
  readonly random: (bytes: number) => Uint8Array;
  /** The same for that trunk at every node of the cluster (RFC 5626 §4.1). */
  readonly instance: string;
}

/**
 * What stays the same over all REGISTERs of one trunk (RFC 3261 §10.2): Call-ID, tag, a counter,
 * and the contact under which the registrar knows us. The contact bears a word that nobody can
 * guess, `;line=…`: a call that comes to it comes by this registration.
 */
export class TrunkLine {
  readonly trunk: string;
  /** User part of the contact, escaped. */
  readonly user: string;
  readonly token: string;
  readonly callId: string;
  readonly localTag: string;
  readonly digest: DigestClient | undefined;
  readonly instance: string;
  /** What makes it another line: with new credentials everything begins anew. */
  readonly account: string;
  /** The way to the registrar, as it answered last; undefined before it did. */
  flow: Flow | undefined = undefined;
  /** Monotonic instant until which the registrar may send calls here. */
  untilMs = 0;
  readonly #isSecure: boolean;
  #sequence = 0;

  constructor({ params, stack, random, instance }: TrunkLineParts) {
    const { username, password } = params;
    this.trunk = params.trunk;
    this.account = accountOf(params);
    this.#isSecure = /^sips:/i.test(params.address);
    this.user = escapeUriUser(textToWire(username));
    this.token = Buffer.from(random(TOKEN_BYTES)).toString('base64url');
    this.callId = stack.makeCallId();
    this.localTag = stack.makeTag();
    this.instance = instance;
    this.digest =
      password === undefined ? undefined : new DigestClient({ username, password }, random);
  }

  /** Literal address that the registrar answered from; empty before it did. */
  get registrar(): string {
    return this.flow?.remoteAddress ?? '';
  }

  /** The next CSeq number; they only ever rise (RFC 3261 §10.2.4). */
  nextSequence(): number {
    return ++this.#sequence;
  }

  /** The Contact of its REGISTERs, for the listener that they leave by. */
  contact(listener: Listener, expiresSeconds: number): string {
    // Whoever registers by sips is called by it (RFC 5630 §5.1.1.1).
    const own = contactUri(listener, this.user, this.#isSecure);
    return `<${own};line=${this.token}>;+sip.instance="${this.instance}";expires=${expiresSeconds}`;
  }
}

/** Whose registration it is and where; another one needs another line. */
export function accountOf({ address, username, password = '' }: TrunkRegisterParams): string {
  return JSON.stringify([address, username, password]);
}
