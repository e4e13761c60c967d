import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { keep } from '../wire/keep.ts';

/** Where a nonce came from and whether it still counts. */
export type NonceStanding =
  | { readonly kind: 'fresh'; readonly mintedAt: number }
  /** Ours and too old. */
  | { readonly kind: 'expired' }
  /** Of another node, or of this one before its restart. */
  | { readonly kind: 'foreign' }
  /** Of no node: made up, or changed on the way. */
  | { readonly kind: 'forged' };

/** What a mint is made of. */
export interface NonceMintOptions {
  /** Name of the node, so that a nonce tells whose it is. */
  readonly node: string;
  /** Key of the node, at least 16 bytes. */
  readonly secret: Uint8Array;
  /** Random bytes from the system; drawn once, so that a restart makes former nonces foreign. */
  readonly random: (bytes: number) => Uint8Array;
  /** Wall time, epoch ms. */
  readonly now: () => number;
  readonly nonceLifetimeMs: number;
}

const TAG_BYTES = 6;
const TIME_BYTES = 6;
const COUNTER_BYTES = 4;
const PAYLOAD_BYTES = TAG_BYTES + TIME_BYTES + COUNTER_BYTES;
const MAC_BYTES = 14;
const KEY_BYTES = 32;

/**
 * Makes nonces that prove themselves, so that a challenge costs no memory (RFC 7616 §5.9):
 * tag of node and boot, time, counter, and a MAC over all three. 40 characters of base64url.
 */
export class NonceMint {
  /** The key, and room for a payload. */
  readonly #keyed = Buffer.alloc(KEY_BYTES + PAYLOAD_BYTES);
  readonly #tag: Buffer;
  readonly #options: NonceMintOptions;
  #counter: number;
  /** The nonce found genuine last, and when it was made: a request is examined more than once. */
  #genuine: string | undefined = undefined;
  #genuineMintedAt = 0;

  constructor(options: NonceMintOptions) {
    this.#options = options;
    const boot = options.random(32);
    const key = createHmac('sha256', options.secret).update('nonce').update(boot).digest();
    this.#keyed.set(key);
    this.#tag = createHmac('sha256', key).update(options.node).digest().subarray(0, TAG_BYTES);
    this.#counter = 0;
  }

  /** A nonce never given before. */
  mint(): string {
    const bytes = Buffer.allocUnsafe(PAYLOAD_BYTES + MAC_BYTES);
    this.#tag.copy(bytes, 0);
    bytes.writeUIntBE(this.#options.now(), TAG_BYTES, TIME_BYTES);
    bytes.writeUInt32BE(this.#counter, TAG_BYTES + TIME_BYTES);
    this.#counter = (this.#counter + 1) >>> 0;
    this.#mac(bytes.subarray(0, PAYLOAD_BYTES)).copy(bytes, PAYLOAD_BYTES, 0, MAC_BYTES);
    return bytes.toString('base64url');
  }

  /** Whose nonce this is and whether it still counts. Never throws. */
  examine(nonce: string): NonceStanding {
    if (nonce === this.#genuine) return this.#ageOf(this.#genuineMintedAt);
    if (!/^[\w-]{40}$/.test(nonce)) return { kind: 'forged' };
    const bytes = Buffer.from(nonce, 'base64url');
    if (!bytes.subarray(0, TAG_BYTES).equals(this.#tag)) return { kind: 'foreign' };
    const payload = bytes.subarray(0, PAYLOAD_BYTES);
    const mac = this.#mac(payload).subarray(0, MAC_BYTES);
    if (!timingSafeEqual(mac, bytes.subarray(PAYLOAD_BYTES))) return { kind: 'forged' };
    this.#genuine = keep(nonce);
    this.#genuineMintedAt = bytes.readUIntBE(TAG_BYTES, TIME_BYTES);
    return this.#ageOf(this.#genuineMintedAt);
  }

  #ageOf(mintedAt: number): NonceStanding {
    const ageMs = this.#options.now() - mintedAt;
    // A clock set back must not make nonces live longer than they were meant to.
    return ageMs >= 0 && ageMs <= this.#options.nonceLifetimeMs
      ? { kind: 'fresh', mintedAt }
      : { kind: 'expired' };
  }

  /**
   * SHA-256 over key and payload, in one call: an HMAC takes two, and an object that has to be
   * collected. What HMAC guards against, a payload that is made longer (RFC 2104 §6), cannot be:
   * all payloads are of one length, and less than half of the hash is shown.
   */
  #mac(payload: Uint8Array): Buffer {
    this.#keyed.set(payload, KEY_BYTES);
    return hash('sha256', this.#keyed, 'buffer');
  }
}
